import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { ClosedError } from '../errors.ts';

/** Published by node:http when the head of a response has arrived, in spite of its name. */
const CHANNEL = 'http.client.response.finish';

type OnResponse = (response: IncomingMessage) => void;

/** The requests that carry a token of ours, with what is to be done at their response. */
const sent = new WeakMap<ClientRequest, OnResponse>();
let watchers = 0;

/**
 * Tells of responses without a `response` listener on the request: with one, Node no longer discards the body of a response
 * that nobody reads, and fire-and-forget requests never finish.
 *
 * One subscription serves all agents, and there is one only while an agent is open.
 */
export class SentRequests {
  #open = true;

  constructor() {
    watchers += 1;
    if (watchers === 1) subscribe(CHANNEL, onFinish);
  }

  /** Calls back with the response of `request`. */
  expect(request: ClientRequest, onResponse: OnResponse): void {
    if (!this.#open) throw new ClosedError('agent');
    sent.set(request, onResponse);
  }

  /** Tells of nothing any more. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    watchers -= 1;
    if (watchers === 0) unsubscribe(CHANNEL, onFinish);
  }
}

function onFinish(message: unknown): void {
  const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
  sent.get(request)?.(response);
}

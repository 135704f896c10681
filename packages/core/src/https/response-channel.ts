import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { tellAnswered } from './sent-request.ts';

/** Published by node:http when the head of a response has arrived, in spite of its name. */
const CHANNEL = 'http.client.response.finish';

let openChannels = 0;

/**
 * Tells of responses without a `response` listener on the request: with one, Node no longer discards the body of a response
 * that nobody reads, and fire-and-forget requests never finish.
 *
 * One subscription serves all agents, and there is one only while an agent is open.
 */
export class ResponseChannel {
  #open = true;

  constructor() {
    openChannels += 1;
    if (openChannels === 1) subscribe(CHANNEL, onHead);
  }

  /** Tells of nothing any more. Idempotent. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    openChannels -= 1;
    if (openChannels === 0) unsubscribe(CHANNEL, onHead);
  }
}

function onHead(message: unknown): void {
  const { request, response } = message as { request: ClientRequest; response: IncomingMessage };
  tellAnswered(request, response);
}

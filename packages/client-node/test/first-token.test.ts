import { once } from 'node:events';
import type { Agent } from 'node:http';
import { request } from 'node:https';
import { text } from 'node:stream/consumers';
import { type FreshHandle, keepFresh } from '@kubefresh/client-node';
import { createProjectedVolume, type ProjectedVolume } from '@kubefresh/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Library, list, majors, POD, World } from './support/world.ts';

/** Longer than any test: what waits so long is ended by something else, ms. */
const FOR_EVER = 600_000;

let world: World;
/** A service account volume without anything in it, yet. */
let volume: ProjectedVolume;
let handles: FreshHandle[];
beforeEach(async () => {
  world = await World.create();
  volume = createProjectedVolume({ files: {} });
  handles = [];
});
afterEach(async () => {
  await Promise.all(handles.map((handle) => handle.close()));
  volume[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

describe.each(majors)('requests before the first token, with client-node $version', ({ library, version }) => {
  const config = (startupWait = FOR_EVER) => {
    const kubeConfig = new library.KubeConfig();
    handles.push(keepFresh(kubeConfig, { startupWait }));
    kubeConfig.loadFromCluster(volume.root);
    return kubeConfig;
  };
  const giveToken = () => volume.write({ token: world.token, 'ca.crt': world.server.caBundle, namespace: 'default' });
  /** Puts the signal where people put it: into the request that their middleware gets. */
  const until = (signal: AbortSignal, onSend = () => {}) =>
    ({
      middleware: [
        {
          pre: (context: InstanceType<Library['RequestContext']>) => {
            context.setSignal(signal);
            // When the client has sent it, as far as it knows.
            setImmediate(onSend);
            return new library.Observable(Promise.resolve(context));
          },
          post: (context: unknown) => new library.Observable(Promise.resolve(context)),
        },
      ],
      middlewareMergeStrategy: 'append',
    }) as never;
  const pod = (name: string) => ({ metadata: { name }, spec: { containers: [{ name: 'main', image: 'image' }] } });
  const calls: Record<
    string,
    (kubeConfig: InstanceType<Library['KubeConfig']>, signal: AbortSignal, onSend?: () => void) => Promise<unknown>
  > = {
    GET: (kubeConfig, signal, onSend) =>
      kubeConfig
        .makeApiClient(library.CoreV1Api)
        .readNamespacedPod({ name: POD, namespace: 'default' }, until(signal, onSend)),
    POST: (kubeConfig, signal, onSend) =>
      kubeConfig
        .makeApiClient(library.CoreV1Api)
        .createNamespacedPod({ namespace: 'default', body: pod('given-up') }, until(signal, onSend)),
  };

  test.each(Object.entries(calls))('%s, aborted: ends before there is a token, and is never sent', async (_, call) => {
    const kubeConfig = config();
    const giveUp = new AbortController();
    const called = call(kubeConfig, giveUp.signal, () => giveUp.abort());
    await expect(called).rejects.toMatchObject({ name: 'AbortError' });
    // Whoever did not give up is served, and comes after whatever could have been sent.
    const other = list(library, kubeConfig);
    giveToken();
    expect(await other).toEqual([POD]);
    expect(await list(library, kubeConfig)).toEqual([POD]);
    expect(world.server.journal.entries.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  test('aborted after the token has come: the client ends it as ever', async () => {
    const kubeConfig = config();
    const slow = world.server.faults.slow(undefined, { delayMs: FOR_EVER });
    const giveUp = new AbortController();
    const called = calls['GET']?.(kubeConfig, giveUp.signal);
    called?.catch(() => {});
    giveToken();
    await expect.poll(() => slow.hits).toBe(1);
    giveUp.abort();
    await expect(called).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('a body waits too, and arrives as it was', async () => {
    const kubeConfig = config();
    const api = kubeConfig.makeApiClient(library.CoreV1Api);
    const created = api.createNamespacedPod({ namespace: 'default', body: pod('patient') });
    giveToken();
    expect((await created).metadata?.name).toBe('patient');
    expect(world.server.journal.last).toMatchObject({ method: 'POST', status: 201, jti: world.token.jti });
  });

  test('refused with its first token: it is sent once more, body and all', async () => {
    const kubeConfig = config();
    const next = await world.server.mint();
    const rotated = world.server.journal
      .waitFor(({ status }) => status === 401)
      .then(() => volume.write({ token: next }));
    world.server.revoke(world.token);
    const created = kubeConfig
      .makeApiClient(library.CoreV1Api)
      .createNamespacedPod({ namespace: 'default', body: pod('patient') });
    giveToken();
    await rotated;
    expect((await created).metadata?.name).toBe('patient');
    expect(world.server.journal.last).toMatchObject({ status: 201, jti: next.jti });
  });

  test('closed meanwhile: it fails with that', async () => {
    const listed = list(library, config());
    const failed = expect(listed).rejects.toMatchObject({ code: 'ERR_KUBEFRESH_CLOSED' });
    await handles[0]?.source();
    await handles[0]?.close();
    await failed;
  });

  test('no token within startupWait, with a signal of the caller: the reason is told', async () => {
    const called = calls['GET']?.(config(30), new AbortController().signal);
    const error = await called?.catch((reason: unknown) => reason);
    const told = version.startsWith('1.') ? error : Object(error).cause;
    expect(told).toMatchObject({
      code: 'ERR_KUBEFRESH_CREDENTIAL_UNAVAILABLE',
      message: expect.stringContaining(volume.tokenFile),
    });
  });

  // 2.x uses node:https for WebSockets alone.
  const testOf1 = version.startsWith('1.') ? test : () => {};
  testOf1('its agent, used with node:https: what is done to a request is done later', async () => {
    const kubeConfig = config();
    const url = `${world.server.origin}/api/v1/namespaces/default/pods`;
    const context = new library.RequestContext(url, library.HttpMethod.POST);
    context.setHeaderParam('Accept', 'application/json');
    context.setHeaderParam('Content-Type', 'application/json');
    await kubeConfig.applySecurityAuthentication(context);
    const agent = (context as unknown as { getAgent(): Agent }).getAgent();
    const make = () => request(url, { agent, method: 'POST', headers: context.getHeaders() });
    const givenUp = make();
    const over = Promise.all([once(givenUp, 'error'), new Promise((resolve) => givenUp.once('close', resolve))]);
    givenUp.end('never sent');
    givenUp.destroy();
    const [[error]] = await over;
    expect(error).toMatchObject({ code: 'ECONNRESET' });

    const patient = make();
    const body = Buffer.from(JSON.stringify({ apiVersion: 'v1', kind: 'Pod', ...pod('in-pieces') }));
    expect(patient.write(body.subarray(0, 10))).toBe(false);
    body.fill(0, 0, 10);
    const drained = once(patient, 'drain');
    giveToken();
    await drained;
    patient.end(body.subarray(10));
    const [response] = await once(patient, 'response');
    expect(JSON.parse(await text(response)).metadata.name).toBe('in-pieces');
    expect(world.server.journal.length).toBe(1);
  });

  test('options for https.request, with a signal: its abort ends the wait', async () => {
    const giveUp = new AbortController();
    const filled = config().applyToHTTPSOptions({ signal: giveUp.signal } as never);
    const aborted = once(giveUp.signal, 'abort');
    giveUp.abort();
    await aborted;
    await expect(filled).rejects.toMatchObject({ name: 'AbortError' });
  });
});

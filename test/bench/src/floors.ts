import { atLeast, atMost, type Floor } from './verdict.ts';

/** A 401 of an agent's request reaches its caller: node:http has no way for an agent to send a request again. */
const AGENT =
  'an https.Agent cannot send a request again, so each try of the new token that the server refuses is one request that fails: at once, after 250 ms and then twice as long each time, which makes five within the five seconds.';

/** Not nothing at all: ms of processor time a second. */
const IDLE = {
  to: atMost(5),
  because:
    'Node itself is not idle after work (the peers beside it); ours adds the poll that finds what a watcher missed. Less than a half of a hundredth of a core.',
} as const;

/** What the official client costs by itself; the requests of a second are those of this machine, when it was measured. */
const CLIENT =
  'the rest is the client: one kept transport without any token handling, the ceiling, made 8.1 times (1.4.0) and 7.2 times (2.0.1) the list requests of the client as it comes in an order where ours made 7.7 and 6.3 times; and that one makes 500 to 560 requests a second here, where it made 213 when the goal was set.';

/** What it costs that a request is followed, where the connections are never idle. */
const FOLLOWED = {
  to: atLeast(0.93),
  because:
    'to follow a request costs about 1 us of the 20 (http) to 30 (https) that one takes with all connections busy: two objects more, and the look each 10 ms. The interval reached the goal in one run and missed it in the next.',
} as const;

/** What stands between a rename and a request besides us. */
const EVENT =
  'of this an event of the kernel takes 0.17 ms until fs.watch has it (the peer beside it) and 0.03 ms more by way of chokidar; to read three files takes 0.08 ms and to decode a token 0.07 ms in a process that was idle and finds its caches cold (done once more at once: 0.04 and 0.03); the rest is the request.';

/**
 * What each bench is to reach on two quiet cores: the one list of all of them. `--check` fails where a floor is not kept; a
 * floor is the goal, unless it was lowered, with the reason beside it.
 */
export const floors: readonly Floor[] = [
  // How soon a program starts.
  { bench: 'import', what: '@kubefresh/core, time', figure: 'ours', goal: atMost(25) },
  { bench: 'import', what: '@kubefresh/core, memory', figure: 'ours', goal: atMost(12) },
  { bench: 'import', what: 'client-node, time', figure: 'ours', goal: atMost(15) },
  { bench: 'import', what: 'client-node on 1.4.0, time', figure: 'ours', goal: atMost(30) },

  // What a request pays. ns, bytes.
  ...['send', 'current()', 'rejected(), an older token'].map(
    (what): Floor => ({ bench: 'inject-ns', what, figure: 'ours', goal: atMost(50) }),
  ),
  {
    bench: 'inject-ns',
    what: 'look()',
    figure: 'ours',
    goal: atMost(50),
    lowered: {
      to: atMost(2_000),
      because:
        'a look is a readlink(2), and that alone takes most of it (the peer beside it); there is at most one in 10 ms.',
    },
  },
  ...['send', 'answered', 'current()', 'look()', 'rejected(), an older token'].map(
    (what): Floor => ({ bench: 'inject-ns', what: `${what}, retained`, figure: 'ours', goal: atMost(0) }),
  ),
  ...['undici https c1', 'undici http c1'].map((what) => reaches('inject', what)),
  ...['undici https c64', 'undici https c256', 'undici http c64', 'undici http c256'].map((what) =>
    reaches('inject', what, FOLLOWED),
  ),
  ...['fetch https c1', 'fetch https c64'].map((what) => reaches('inject', what)),
  ...['node:https c1', 'node:https c64'].map((what) => reaches('https-agent', what)),

  // The clients, against the same as they come.
  // Lowered to a tenth below the least of three quiet runs, and only where one of them missed the goal.
  ...['list', 'call'].flatMap((operation) => [
    times('client-node', `client-node-2 ${operation} c1`, 6, { to: atLeast(5.3), because: CLIENT }),
    times('client-node', `client-node-2 ${operation} c20`, 7),
  ]),
  times('client-node', 'client-node-2 create c1', 6, { to: atLeast(4.5), because: CLIENT }),
  times('client-node', 'client-node-2 create c20', 7, { to: atLeast(5.4), because: CLIENT }),
  ...['list', 'call', 'create'].flatMap((operation) => [
    times('client-node', `client-node-1 ${operation} c1`, 8, { to: atLeast(5.4), because: CLIENT }),
    times('client-node', `client-node-1 ${operation} c20`, 5.5),
  ]),
  ...[
    ['client-node', 'client-node-2'],
    ['client-node', 'client-node-1'],
    ['fluent-client', 'fluent-client'],
    ['kubernetes-client', 'kubernetes-client'],
  ].map(
    ([bench = '', client = '']): Floor => ({
      bench,
      what: `${client} list c20, sockets`,
      figure: 'ours',
      goal: atMost(32),
    }),
  ),
  times('fluent-client', 'fluent-client list c1', 5, {
    to: atLeast(4.3),
    because: 'the goal lies within the interval: the client as it comes varies by a third from round to round.',
  }),
  times('fluent-client', 'fluent-client list c20', 5),
  ...['c1', 'c20'].map((concurrency) => times('kubernetes-client', `kubernetes-client list ${concurrency}`, 1)),

  // How soon a new token is known, and in use. ms.
  { bench: 'rotation', what: 'noticed, p50', figure: 'ours', goal: atMost(0.5) },
  { bench: 'rotation', what: 'noticed, p99', figure: 'ours', goal: atMost(3) },
  {
    bench: 'rotation',
    what: 'none, p50',
    figure: 'ours',
    goal: atMost(0.5),
    // Two quiet runs had 0.56 and 0.60.
    lowered: { to: atMost(0.7), because: EVENT },
  },
  {
    bench: 'rotation',
    what: 'none, p99',
    figure: 'ours',
    goal: atMost(3),
    lowered: {
      // Two quiet runs had 4.0 and 4.7.
      to: atMost(6),
      because:
        'fs.watch alone, with nothing to read, takes a half to two thirds of it (the peer beside it: 2 to 3 ms).',
    },
  },
  {
    bench: 'rotation',
    what: 'busy thread pool, p99',
    figure: 'ours',
    goal: atMost(10),
    lowered: {
      to: atMost(15),
      because: 'fs.watch alone takes as long (the peer beside it): two cores have all threads to run.',
    },
  },
  // One block of 8 ms and 2.
  {
    bench: 'rotation',
    what: '8 ms blocks, p99',
    figure: 'ours',
    goal: atMost(10),
    lowered: {
      // Three quiet runs had 9.7, 9.9 and 11.2.
      to: atMost(12.5),
      because:
        'one block, and what the event loop has to do after it: the request that was under way is answered before the event is read, so that the one after it may still carry the token of before. fs.watch alone, with nothing to read, takes 8.3, and up to 9.1 in a block of rotations (the peer beside it).',
    },
  },
  { bench: 'rotation', what: 'dead watcher, p99', figure: 'ours', goal: atMost(15) },
  ...['noticed', 'none', 'busy thread pool', '8 ms blocks', 'dead watcher'].map(
    (trouble): Floor => ({ bench: 'rotation', what: `${trouble}, missed`, figure: 'ours', goal: atMost(0) }),
  ),

  // What fails when the credential changes. Requests.
  ...['rotation', 'revocation', 'lagging server', 'CA swap'].flatMap((situation) =>
    ['client-node-2', 'client-node-1', 'fluent-client', 'kubernetes-client', 'fetch', 'dispatcher', 'agent'].map(
      (client): Floor => ({
        bench: 'outage',
        what: `${situation}, ${client}`,
        figure: 'ours',
        goal: atMost(0),
        ...(client === 'agent' && situation === 'lagging server' && { lowered: { to: atMost(6), because: AGENT } }),
      }),
    ),
  ),

  // Many of them.
  { bench: 'scale', what: '16 volumes, held', figure: 'ours', goal: atMost(20) },
  { bench: 'scale', what: '16 volumes, memory', figure: 'ours', goal: atMost(10) },
  { bench: 'scale', what: '16 volumes, idle', figure: 'ours', goal: atMost(0), lowered: IDLE },
  ...['memory', 'heap'].map(
    (what): Floor => ({
      bench: 'scale',
      what: `10000 tokens, ${what}`,
      figure: 'ours',
      goal: atMost(40),
      wholeRunOnly: true,
    }),
  ),
  { bench: 'scale', what: '10000 tokens, idle', figure: 'ours', goal: atMost(0), lowered: IDLE, wholeRunOnly: true },
  // At 60 % of the rate of bare POSTs: the time for all of them to theirs.
  { bench: 'scale', what: '1000 tokens, ready', figure: 'ratio', goal: atMost(1 / 0.6) },
  ...['1000 volumes to one of 100', '10000 tokens to one of 1000'].flatMap((what) =>
    ['ready', 'heap'].map(
      (measure): Floor => ({
        bench: 'scale',
        what: `one of ${what}, ${measure}`,
        figure: 'ours',
        goal: atMost(1),
        wholeRunOnly: true,
      }),
    ),
  ),

  // What fails otherwise than by the fault itself, and what grows in ten minutes: about 70,000 requests, 360 rotations and 80
  // faults lie between the two that are compared.
  { bench: 'soak', what: 'failed otherwise', figure: 'ours', goal: atMost(0) },
  // A megabyte is 14 bytes a request; two samples of the same heap differ by half of it.
  { bench: 'soak', what: 'heap', figure: 'ours', goal: atMost(1), wholeRunOnly: true },
  // What grows in the bare peer, too, is not ours; of either, samples differ by some megabytes.
  { bench: 'soak', what: 'resident memory, less the bare peer', figure: 'ours', goal: atMost(8), wholeRunOnly: true },
  // One kept for each fault would be 80; what a finalizer has not freed yet is a handful.
  ...['handles', 'listeners', 'timers', 'sockets', 'signals', 'tokens'].map(
    (what): Floor => ({ bench: 'soak', what, figure: 'ours', goal: atMost(10), wholeRunOnly: true }),
  ),
];

/** Its 95 % interval is to reach 0.97 of the bare peer: 3 % is what noise alone does on a quiet machine. */
function reaches(bench: string, what: string, lowered?: Floor['lowered']): Floor {
  return { bench, what, figure: 'reach', goal: atLeast(0.97), ...(lowered && { lowered }) };
}

/** So many times as fast as the client as it comes. */
function times(bench: string, what: string, goal: number, lowered?: Floor['lowered']): Floor {
  return { bench, what, figure: 'ratio', goal: atLeast(goal), ...(lowered && { lowered }) };
}

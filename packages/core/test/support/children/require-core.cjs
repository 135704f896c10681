const core = require('@kubefresh/core');

const token = core.parseToken('sha256~opaque', { format: 'any' });
console.log(
  JSON.stringify({ names: Object.keys(core), token, isError: core.KubefreshError.is(new core.ClosedError('source')) }),
);

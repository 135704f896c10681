import { volumeSource } from '@kubefresh/core';

/** Has nothing to do but to wait for the first token of the directory given. */
const [directory = ''] = process.argv.slice(2);
const source = volumeSource({ directory });
console.log('waiting');
const { token } = await source.ready();
console.log(String(token));

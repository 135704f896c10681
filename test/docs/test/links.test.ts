import { expect, it } from 'vitest';
import { deadLinks } from '../src/links.ts';
import { markdownFiles } from '../src/markdown.ts';

it.each(markdownFiles())('the relative links of %s lead somewhere', (path) => {
  expect(deadLinks(path)).toEqual([]);
});

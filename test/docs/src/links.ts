import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { ROOT, read } from './markdown.ts';

/** The anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

function anchors(path: string): string[] {
  return [...read(path).matchAll(/^#+ (.*)$/gm)].map(({ 1: heading = '' }) => anchorOf(heading));
}

/** The relative links of a Markdown file that lead to nothing: no such file, or no such heading in it. */
export function deadLinks(path: string): string[] {
  const text = read(path)
    .replace(/^```.*?^```$/gms, '')
    .replace(/`[^`]*`/g, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(({ 1: target = '' }) => target);
  return targets.filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [file = '', anchor] = target.split('#');
    const place = file === '' ? path : relative(ROOT, join(ROOT, dirname(path), file));
    if (!existsSync(join(ROOT, place))) return true;
    return anchor !== undefined && !anchors(place).includes(anchor);
  });
}

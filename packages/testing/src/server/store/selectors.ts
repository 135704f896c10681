import { StatusError } from '../http/status.ts';
import type { KubernetesObject } from './objects.ts';

type Predicate = (object: KubernetesObject) => boolean;

/** Which objects a list or a watch is about. */
export interface Selection {
  readonly labelSelector: string | null;
  readonly fieldSelector: string | null;
}

/** Makes a predicate of both selectors. @throws {StatusError} 400 if one cannot be parsed. */
export function selector({ labelSelector, fieldSelector }: Selection): Predicate {
  const requirements = [
    ...splitOutsideParentheses(labelSelector ?? '').map(labelRequirement),
    ...(fieldSelector ?? '').split(',').filter(Boolean).map(fieldRequirement),
  ];
  return (object) => requirements.every((holds) => holds(object));
}

function labelRequirement(text: string): Predicate {
  const set = /^\s*(\S+)\s+(in|notin)\s*\(([^)]*)\)\s*$/.exec(text);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    // `notin` also selects objects without the label.
    return (object) => values.includes(object.metadata.labels?.[key] ?? '\0') === (operator === 'in');
  }
  const equality = /^\s*([^\s=!]+)\s*(==|=|!=)\s*(\S*)\s*$/.exec(text);
  if (equality) {
    const [, key = '', operator, value = ''] = equality;
    return (object) => (object.metadata.labels?.[key] === value) === (operator !== '!=');
  }
  const existence = /^\s*(!?)\s*([^\s=!(),]+)\s*$/.exec(text);
  if (existence) {
    const [, not, key = ''] = existence;
    return (object) => key in (object.metadata.labels ?? {}) === (not === '');
  }
  throw new StatusError(400, 'BadRequest', `unable to parse requirement: ${JSON.stringify(text)}`);
}

function fieldRequirement(text: string): Predicate {
  const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(text);
  if (!match) {
    throw new StatusError(
      400,
      'BadRequest',
      `invalid selector: ${JSON.stringify(text)}; can't understand ${JSON.stringify(text)}`,
    );
  }
  const [, path = '', operator, value = ''] = match;
  return (object) => (fieldOf(object, path) === value) === (operator !== '!=');
}

// An absent field compares as the empty string: `spec.nodeName=` selects unscheduled pods.
function fieldOf(object: KubernetesObject, path: string): string {
  let value: unknown = object;
  for (const part of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[part];
  return value === undefined || value === null ? '' : String(value);
}

function splitOutsideParentheses(text: string): string[] {
  return text.split(/,(?![^(]*\))/).filter((part) => part.trim() !== '');
}

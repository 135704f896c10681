import { StatusError } from '../http/status.ts';
import type { KubernetesObject, ResourceType } from './objects.ts';
import { checkSelectable } from './selectable-fields.ts';

type Predicate = (object: KubernetesObject) => boolean;

/**
 * Makes a predicate of a query's `labelSelector` and `fieldSelector`.
 *
 * @throws {StatusError} 400 if one cannot be parsed, or names a field that objects of the type are not selected by
 */
export function selectorOf(query: URLSearchParams, type: ResourceType): Predicate {
  const labels = query.get('labelSelector') ?? '';
  const fields = query.get('fieldSelector') ?? '';
  const requirements = [
    ...splitOutsideParentheses(labels).map(labelRequirement),
    ...fields
      .split(',')
      .filter(Boolean)
      .map((text) => fieldRequirement(text, type)),
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

function fieldRequirement(text: string, type: ResourceType): Predicate {
  const match = /^([^=!]+)(==|=|!=)(.*)$/.exec(text);
  if (!match) {
    throw new StatusError(400, 'BadRequest', `invalid selector: '${text}'; can't understand '${text}'`);
  }
  const [, path = '', operator, value = ''] = match;
  checkSelectable(type, path);
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

import type { ObjectInput, ObjectMeta, ResourceType } from './objects.ts';

/** The label by which selectors find a namespace by its name. */
const NAME_LABEL = 'kubernetes.io/metadata.name';

/**
 * What the real server makes of an object before it stores it, as far as clients of test servers go by it: a namespace
 * is active and labelled with its name, and a Secret's `stringData` becomes `data`.
 */
export function withDefaults(type: ResourceType, input: ObjectInput): ObjectInput {
  if (type.group !== '') return input;
  if (type.kind === 'Namespace') return namespace(input);
  return type.kind === 'Secret' ? secret(input) : input;
}

function namespace(input: ObjectInput): ObjectInput {
  const { name } = input.metadata;
  const metadata: Partial<ObjectMeta> = {
    ...input.metadata,
    ...(name !== undefined && { labels: { ...input.metadata.labels, [NAME_LABEL]: name } }),
  };
  return { spec: { finalizers: ['kubernetes'] }, status: { phase: 'Active' }, ...input, metadata };
}

function secret(input: ObjectInput): ObjectInput {
  const { stringData, ...rest } = input as ObjectInput & { readonly stringData?: Readonly<Record<string, string>> };
  if (stringData === undefined) return { type: 'Opaque', ...rest };
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')]);
  const data = { ...(rest['data'] as object | undefined), ...Object.fromEntries(encoded) };
  return { type: 'Opaque', ...rest, data };
}

import { FormData as UndiciFormData } from 'undici';
import type { OwnHeaders, UploadBody } from '../driver.ts';

/** undici takes no FormData but its own. */
export function bodyFor(body: UploadBody): UploadBody {
  if (!(body instanceof FormData)) return body;
  const own = new UndiciFormData();
  for (const [name, value] of body) own.append(name, value as string);
  return own as unknown as FormData;
}

/** Node sends such an array alone, without the Host that it adds otherwise. */
export function withHost(headers: OwnHeaders | undefined, origin: string): Record<string, string> {
  if (Array.isArray(headers)) {
    const { host } = new URL(origin);
    const all = Array.isArray(headers[0]) ? [['host', host], ...headers] : ['host', host, ...headers];
    return all as unknown as Record<string, string>;
  }
  return (headers ?? {}) as Record<string, string>;
}

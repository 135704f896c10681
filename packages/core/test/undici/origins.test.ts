import { describe, expect, test } from 'vitest';
import { OriginList } from '../../src/origins.ts';

const LIST = [
  'https://10.0.0.1:443/',
  'https://Rancher.example.com/k8s/clusters/a',
  'https://[fd00::1]:6443',
  'https://kubernetes.default.svc',
];

describe('S9: who may see the token', () => {
  const list = new OriginList(LIST);
  test.each([
    ['https://10.0.0.1', '/api'],
    ['https://10.0.0.1:443', '/'],
    ['HTTPS://10.0.0.1', '/'],
    ['https://10.0.0.1/', '/'],
    [new URL('https://10.0.0.1/anything'), '/'],
    ['https://[fd00::1]:6443', '/api'],
    ['https://RANCHER.example.com', '/k8s/clusters/a'],
    ['https://rancher.example.com:443', '/k8s/clusters/a/api/v1/pods?watch=true'],
    ['https://rancher.example.com', '/k8s/clusters/a?x=/../'],
  ])('%s with %s may', (origin, path) => {
    expect(list.match(origin, path)).toBeDefined();
  });

  test.each([
    ['http://10.0.0.1', '/'],
    ['http://10.0.0.1:443', '/'],
    ['https://10.0.0.1:6443', '/'],
    ['https://kubernetes.default.svc.', '/'],
    ['https://10.0.0.10', '/'],
    ['https://10.0.0.1@evil.example', '/'],
    ['https://user@10.0.0.1', '/'],
    ['https://user:password@10.0.0.1', '/'],
    ['https://evil.example/https://10.0.0.1', '/'],
    ['https://rancher.example.com.', '/k8s/clusters/a'],
    ['https://rancher.example.com', '/k8s/clusters/ab'],
    ['https://rancher.example.com', '/k8s/clusters'],
    ['https://rancher.example.com', '/'],
    ['https://rancher.example.com', '/k8s/clusters/a/../b/api'],
    ['https://rancher.example.com', '/k8s/clusters/a/%2e%2E/b/api'],
    ['https://rancher.example.com', '/k8s/clusters/a/..'],
    ['https://rancher.example.com', '/k8s/clusters/a/..%2fb'],
    ['https://rancher.example.com', 'https://rancher.example.com/k8s/clusters/a'],
    ['not a url', '/'],
    ['', '/'],
  ])('%s with %s may not', (origin, path) => {
    expect(list.match(origin, path)).toBeUndefined();
  });
});

test('answers do not stick to the origin that was asked last', () => {
  const list = new OriginList(LIST);
  expect(list.match('https://10.0.0.1', '/')).toBe('');
  expect(list.match('https://evil.example', '/')).toBeUndefined();
  expect(list.match('https://10.0.0.1', '/')).toBe('');
});

test('a URL object that is changed after it was asked is asked anew', () => {
  const list = new OriginList(LIST);
  const url = new URL('https://10.0.0.1');
  expect(list.match(url, '/')).toBe('');
  url.host = 'evil.example';
  expect(list.match(url, '/')).toBeUndefined();
});

test('thousands of origins are answered rightly, though few are remembered', () => {
  const list = new OriginList(LIST);
  for (let count = 0; count < 3_000; count += 1) expect(list.match(`https://h${count}.example`, '/')).toBeUndefined();
  expect(list.match('https://10.0.0.1', '/')).toBe('');
});

test('the longest prefix counts, and a whole origin beside it allows the rest', () => {
  const list = new OriginList(['https://h', 'https://h/a', 'https://h/a/b']);
  expect(list.match('https://h', '/a/b/c')).toBe('/a/b');
  expect(list.match('https://h', '/a/c')).toBe('/a');
  expect(list.match('https://h', '/c')).toBe('');
});

test.each(['', '10.0.0.1', 'ftp://h', 'https://u:p@h', 'https://h?q', 'https://h#f', 3])('%j is no entry', (entry) => {
  expect(() => new OriginList([entry as string])).toThrow(
    expect.objectContaining({ code: 'ERR_KUBEFRESH_INVALID_OPTION' }),
  );
});

test('an empty list is refused', () => {
  expect(() => new OriginList([])).toThrow(expect.objectContaining({ code: 'ERR_KUBEFRESH_INVALID_OPTION' }));
});

test('the error for an entry with a password does not print it', () => {
  expect(() => new OriginList(['https://u:secret@h'])).toThrow(expect.not.objectContaining({ message: /secret/ }));
});

test('http needs allowInsecure', () => {
  expect(() => new OriginList(['http://h'])).toThrow(expect.objectContaining({ code: 'ERR_KUBEFRESH_INSECURE' }));
  expect(new OriginList(['http://h'], { allowInsecure: true }).match('http://h', '/')).toBe('');
});

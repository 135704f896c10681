import type { NewObject } from '../api/objects.ts';
import { NODE_IMAGE } from '../image/build-image.ts';
import type { ServiceAccount } from '../tokens/accounts.ts';

/** Where clients look for the token, as admission mounts it. */
export const TOKEN_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Name of the projected volume where a pod's manifest writes it out. */
const VOLUME = 'token';

/** A projected volume with token, `ca.crt` and `namespace`, written out in the manifest instead of automounted. */
export interface ProjectedToken {
  /** Seconds, at least 600. */
  readonly expirationSeconds: number;
  readonly audience?: string;
  /** Permission bits of the files, default 0644. */
  readonly defaultMode?: number;
}

/** What `runPod` takes. */
export interface RunPodOptions {
  readonly account: ServiceAccount;
  /** Default: a fresh one. */
  readonly name?: string;
  /** Default: Node and nothing else. */
  readonly image?: string;
  /** ES module that the default image runs. */
  readonly script?: string;
  /** Arguments of the image's entry point; with a script, what it finds from `process.argv[1]` on. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Default: what admission mounts, 3607 s and extended to a year. */
  readonly token?: ProjectedToken;
  /** Of the container. */
  readonly securityContext?: object;
  /** Of the pod: runAsUser, fsGroup. */
  readonly podSecurityContext?: object;
  /** Default Never. */
  readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  /** Further mounts of the container, e.g. one with subPath of {@link ProjectedToken}'s volume `token`. */
  readonly volumeMounts?: readonly object[];
  /** Further volumes of the pod. */
  readonly volumes?: readonly object[];
  /** Last word on the pod's spec. */
  readonly spec?: object;
  /**
   * Who says when the token rotates: the test by `pod.rotate()` (default), or the kubelet by its own rule.
   */
  readonly rotation?: 'on demand' | 'natural';
}

/** The pod's manifest. It ends within a second of its deletion: nothing here needs a graceful end. */
export function podManifest(name: string, options: RunPodOptions): NewObject {
  const { account, image = NODE_IMAGE, script, args = [], env = {}, token, volumeMounts = [], volumes = [] } = options;
  const command = script === undefined ? args : ['--input-type=module', '--eval', script, '--', ...args];
  const tokenMounts = token === undefined ? [] : [{ name: VOLUME, mountPath: TOKEN_DIRECTORY, readOnly: true }];
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: account.namespace },
    spec: {
      serviceAccountName: account.name,
      automountServiceAccountToken: token === undefined,
      restartPolicy: options.restartPolicy ?? 'Never',
      terminationGracePeriodSeconds: 1,
      securityContext: options.podSecurityContext ?? {},
      containers: [
        {
          name: 'main',
          image,
          imagePullPolicy: 'Never',
          args: command,
          env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
          securityContext: options.securityContext ?? {},
          volumeMounts: [...tokenMounts, ...volumeMounts],
        },
      ],
      volumes: [...(token === undefined ? [] : [projectedVolume(token)]), ...volumes],
      ...options.spec,
    },
  };
}

function projectedVolume({ expirationSeconds, audience, defaultMode = 0o644 }: ProjectedToken): object {
  const serviceAccountToken = { path: 'token', expirationSeconds, ...(audience === undefined ? {} : { audience }) };
  return {
    name: VOLUME,
    projected: {
      defaultMode,
      sources: [
        { serviceAccountToken },
        { configMap: { name: 'kube-root-ca.crt', items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
        { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
      ],
    },
  };
}

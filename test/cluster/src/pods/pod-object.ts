import type { KubernetesObject } from '../api/objects.ts';

/** State of one container, of which one member is set. */
interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt: string };
  readonly terminated?: { readonly exitCode: number; readonly reason?: string; readonly message?: string };
}

/** A `v1 Pod`, the members that the fixture reads. */
export interface PodObject extends KubernetesObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly serviceAccountName?: string;
    readonly volumes?: readonly {
      readonly name: string;
      readonly projected?: {
        readonly sources?: readonly { readonly serviceAccountToken?: { readonly path: string } }[];
      };
    }[];
  };
  readonly status: {
    readonly phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
    readonly reason?: string;
    readonly message?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly ready: boolean;
      readonly restartCount: number;
      readonly state: ContainerState;
    }[];
  };
}

/** A pod's state in one line, for errors. */
export function describePod(pod: PodObject | undefined): string {
  if (pod === undefined) return 'there is no such pod';
  const { phase, message, containerStatuses = [] } = pod.status;
  const states = containerStatuses.map(({ name, state }) => `${name} ${JSON.stringify(state)}`);
  return [phase, message, ...states].filter(Boolean).join('; ');
}

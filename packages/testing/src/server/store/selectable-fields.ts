import { StatusError } from '../http/status.ts';
import type { ResourceType } from './objects.ts';

const ALWAYS = ['metadata.name', 'metadata.namespace'];

// `AddFieldLabelConversionFunc` of pkg/apis: what else objects are selected by.
const SELECTABLE: Readonly<Record<string, readonly string[]>> = {
  pods: [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  nodes: ['spec.unschedulable'],
  namespaces: ['status.phase'],
  secrets: ['type'],
  services: ['spec.clusterIP', 'spec.type'],
  replicationcontrollers: ['status.replicas'],
  jobs: ['status.successful'],
  events: [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
};

/** @throws {StatusError} 400 if objects of this type cannot be selected by the field */
export function checkSelectable({ plural, custom, selectableFields }: ResourceType, field: string): void {
  const more = selectableFields ?? SELECTABLE[plural];
  if (ALWAYS.includes(field) || more?.includes(field)) return;
  const message =
    more === undefined && !custom
      ? `${JSON.stringify(field)} is not a known field selector: only ${ALWAYS.map((name) => JSON.stringify(name)).join(', ')}`
      : `field label not supported: ${field}`;
  throw new StatusError(400, 'BadRequest', message);
}

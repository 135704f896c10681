import type { ClientCertificate } from '../exec/credential.ts';
import type { Login } from '../login/login.ts';
import type { Cluster, OfficialKubeConfig, User } from '../official.ts';
import type { IssuedHeaders } from './issued.ts';
import type { Methods } from './scratch.ts';

/** What a route is made from; those of which all is the same share one. */
export interface RouteParts {
  /** Any KubeConfig that leads there; its class makes the connections. */
  readonly kubeConfig: OfficialKubeConfig;
  readonly methods: Methods;
  readonly user: User;
  readonly cluster: Cluster;
  readonly login: Login;
}

/** What connections are made from. */
export interface ConnectionParts extends RouteParts {
  readonly issued: IssuedHeaders;
  /** The client certificate of now; the same object as long as it is the same. */
  certificate(): ClientCertificate | undefined;
}

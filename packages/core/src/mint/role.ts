/** An account that asks, and the account whose token it asks for. */
export interface Permission {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Who asks, where our own token says it. */
  readonly subject: { readonly namespace: string; readonly name: string } | undefined;
}

/** The Role (and its binding, where it is known for whom) that lets `subject` ask for tokens of one account, as YAML. Names are quoted: `123` and `true` are names, too. */
export function roleYaml({ namespace, serviceAccount, subject }: Permission): string {
  const name = `token-request-${serviceAccount}`;
  const role = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: "${name}"
  namespace: "${namespace}"
rules:
  - apiGroups: [""]
    resources: [serviceaccounts/token]
    resourceNames: ["${serviceAccount}"]
    verbs: [create]
`;
  if (subject === undefined) return role;
  return `${role}---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: "${name}"
  namespace: "${namespace}"
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: "${name}"
subjects:
  - kind: ServiceAccount
    name: "${subject.name}"
    namespace: "${subject.namespace}"
`;
}

// The program under test: your own stands here. This one reads its files for each request, as it should.
import { readFileSync } from 'node:fs';
import { request } from 'node:https';

/**
 * Lists the pods of its own namespace, as a program in a pod does. `root` stands for `/`.
 *
 * @param {{ env: Record<string, string | undefined>, root?: string }} where
 * @returns {Promise<{ metadata: { name: string } }[]>}
 */
export function listPods({ env, root = '/' }) {
  const directory = `${root}/var/run/secrets/kubernetes.io/serviceaccount`;
  const [token, ca, namespace] = ['token', 'ca.crt', 'namespace'].map((file) => readFileSync(`${directory}/${file}`));
  return new Promise((resolve, reject) => {
    const sent = request({
      host: env.KUBERNETES_SERVICE_HOST,
      port: env.KUBERNETES_SERVICE_PORT,
      path: `/api/v1/namespaces/${namespace}/pods`,
      headers: { authorization: `Bearer ${token}` },
      ca,
    });
    sent.on('error', reject);
    sent.on('response', async (response) => {
      let body = '';
      for await (const chunk of response) body += chunk;
      if (response.statusCode === 200) resolve(JSON.parse(body).items);
      else reject(new Error(`listing pods: ${response.statusCode}`));
    });
    sent.end();
  });
}

import { parseArgs } from 'node:util';
import { down } from './cli/down.ts';
import { printKubeconfigPath } from './cli/kubeconfig.ts';
import { printStatus } from './cli/status.ts';
import { up } from './cli/up.ts';

const USAGE = `Usage: pnpm cluster <command>
  up [--node]   start a cluster that runs until "down": etcd and kube-apiserver; with --node a kubelet too (root)
  status        the clusters of this machine, their memory and how long they took to start
  kubeconfig    print the path of the administrator's kubeconfig
  down          stop the clusters that "up" started, and remove what killed test runs left`;

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { node: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  });
  const [command] = positionals;
  if (values.help) console.log(USAGE);
  else if (command === 'up') await up(values.node ? 'node' : 'light');
  else if (command === 'status') await printStatus();
  else if (command === 'kubeconfig') await printKubeconfigPath();
  else if (command === 'down') await down();
  else throw new Error(command === undefined ? USAGE : `unknown command ${command}\n${USAGE}`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}

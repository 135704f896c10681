import type { NamedFault } from './named-fault.ts';

const STEP_MS = 1000;

/** What can happen to the certificate authority. */
export const CERTIFICATE_FAULTS: readonly NamedFault[] = [
  {
    id: 'C1',
    name: 'ca-rotated',
    title: 'a careful CA rotation: old and new in ca.crt, then the new certificate, then the new CA alone',
    variants: [],
    play: async ({ server, kubelet, pause }) => {
      await server.rotateCA({ keepOld: true, serve: false });
      await kubelet.sync();
      await pause(STEP_MS);
      await server.reissueServingCertificate();
      server.cutConnections();
      await pause(STEP_MS);
      server.dropOldCAs();
      await kubelet.sync();
    },
  },
  {
    id: 'C2',
    name: 'ca-swapped',
    title: 'a hard CA swap: server and ca.crt change a second apart',
    variants: ['server-first', 'file-first'],
    play: async ({ server, kubelet, pause, variant }) => {
      await server.rotateCA({ serve: variant === 'server-first' });
      if (variant === 'file-first') await kubelet.sync();
      server.cutConnections();
      await pause(STEP_MS);
      if (variant === 'file-first') await server.reissueServingCertificate();
      else await kubelet.sync();
      server.cutConnections();
    },
  },
  {
    id: 'C3',
    name: 'ca-behind-watch',
    title: 'the CA changes while connections are open: they live on',
    variants: [],
    play: async ({ server, kubelet }) => {
      await server.rotateCA({ keepOld: true });
      await kubelet.sync();
    },
  },
];

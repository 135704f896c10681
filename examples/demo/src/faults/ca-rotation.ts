import type { Fault } from './fault.ts';

/** A hard swap of the cluster's CA, the old one gone at once; the server asks its clients to connect anew. */
export const caRotation: Fault = {
  name: 'ca-rotation',
  about: "the server's certificate and ca.crt change to a new CA, connections are closed after their next answer",
  async play(stage) {
    const bundle = await stage.server.rotateCA();
    stage.volume.write({ 'ca.crt': bundle });
    stage.server.goAway();
  },
};

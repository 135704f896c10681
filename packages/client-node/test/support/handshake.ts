/** TLS 1.3 (RFC 8446, 5.1): the type of every encrypted record, and how long it is when all that it holds is an alert. */
const ENCRYPTED = 23;
const ALERT = 2 + 1 + 16;
const HEADER = 5;

/**
 * Watches what a TLS client sends, from its first byte on, and calls back once when it has accepted the server: its
 * first encrypted record is then longer than an alert, by which it would refuse the server's certificate.
 */
export function watchHandshake(accepted: () => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0);
  let decided = false;
  return (chunk) => {
    if (decided) return;
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= HEADER) {
      const length = pending.readUInt16BE(3);
      if (pending[0] === ENCRYPTED) {
        decided = true;
        if (length > ALERT) accepted();
        return;
      }
      if (pending.length < HEADER + length) return;
      pending = pending.subarray(HEADER + length);
    }
  };
}

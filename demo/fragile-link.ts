/** A link that drops: between a node and the gateway, cut again and again after so many bytes. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

export class FragileLink {
  /** How often it has dropped. */
  count = 0;
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private sent = 0;

  private constructor(target: number, drops: number, everyBytes: number) {
    this.server = createServer((near) => {
      const far = connect(target, '127.0.0.1');
      for (const socket of [near, far]) {
        this.sockets.add(socket);
        socket.once('close', () => {
          this.sockets.delete(socket);
          near.destroy();
          far.destroy();
        });
        // A cut link is what this is for.
        socket.on('error', () => undefined);
      }
      near.on('data', (bytes: Buffer) => {
        this.sent += bytes.length;
        if (this.count >= drops || this.sent < (this.count + 1) * everyBytes) return;
        this.count++;
        near.destroy();
      });
      near.pipe(far);
      far.pipe(near);
    });
  }

  /** @param target port of the gateway on this machine */
  static async open(target: number, drops: number, everyBytes: number): Promise<FragileLink> {
    const link = new FragileLink(target, drops, everyBytes);
    link.server.listen(0, '127.0.0.1');
    await once(link.server, 'listening');
    return link;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}

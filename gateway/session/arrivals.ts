/** Connections before anybody is admitted on them: strangers displace only each other. */
import type { Socket } from 'node:net';

/** From the TCP connection to the admission. */
const ARRIVAL_MS = 10_000;
const ARRIVALS_MAX = 2_048;

/** All TCP connections, and which of them nobody has been admitted on yet. */
export class Arrivals {
  private readonly open = new Set<Socket>();
  private readonly max: number;
  /** By remote address and port: TLS hides the TCP socket behind one of its own. In the order of arrival. */
  private readonly waiting = new Map<string, { socket: Socket; timer: NodeJS.Timeout }>();

  /** @param max of those that nobody has been admitted on; beyond it the oldest of them goes */
  constructor(max = ARRIVALS_MAX) {
    this.max = max;
  }

  add(socket: Socket): void {
    const name = nameOf(socket);
    this.open.add(socket);
    this.waiting.set(name, { socket, timer: setTimeout(() => socket.destroy(), ARRIVAL_MS) });
    socket.once('close', () => {
      this.open.delete(socket);
      this.forget(name);
    });
    const [oldest] = this.waiting.values();
    if (this.waiting.size > this.max) oldest?.socket.destroy();
  }

  admitted(socket: Socket): void {
    this.forget(nameOf(socket));
  }

  destroyAll(): void {
    for (const socket of this.open) socket.destroy();
  }

  private forget(name: string): void {
    clearTimeout(this.waiting.get(name)?.timer);
    this.waiting.delete(name);
  }
}

const nameOf = (socket: Socket): string => `${socket.remoteAddress ?? ''} ${socket.remotePort ?? ''}`;

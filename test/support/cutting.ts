/** Connections that are cut in the middle of an attachment. */
import { parseConfig, type NodeConfigInput } from '../../node/config.ts';
import { connectTo, type Connect } from '../../node/session/socket.ts';

/**
 * Connects as the configuration says, and drops the connection each time that so many bytes have passed in large frames
 * since the beginning, in either direction.
 */
export function cutting(config: NodeConfigInput, cutsAtBytes: number[]): { connect: Connect; cuts: () => number } {
  const real = connectTo(parseConfig(config, process.cwd()));
  const left = [...cutsAtBytes];
  let passed = 0;
  let cuts = 0;
  const connect: Connect = (listener) => {
    const count = (bytes: Uint8Array): boolean => {
      if (bytes.length > 32_768) passed += bytes.length;
      if (left[0] === undefined || passed < left[0]) return false;
      left.shift();
      cuts++;
      socket.terminate();
      return true;
    };
    const socket = real({
      opened: () => listener.opened(),
      message: (bytes) => {
        if (!count(bytes)) listener.message(bytes);
      },
      closed: (error) => listener.closed(error),
    });
    return {
      send: (bytes) => {
        if (!count(bytes)) socket.send(bytes);
      },
      close: (status) => socket.close(status),
      terminate: () => socket.terminate(),
    };
  };
  return { connect, cuts: () => cuts };
}

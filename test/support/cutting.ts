/** Connections that are cut in the middle of an attachment. */
import { cutting as cut } from '../../bench/load/attachment-node.ts';
import { type NodeConfigInput, parseConfig } from '../../node/config.ts';
import { connectTo } from '../../node/session/socket.ts';

/** Connects as the configuration says, and drops the connection each time that so many bytes have passed. */
export const cutting = (config: NodeConfigInput, cutsAtBytes: number[]): ReturnType<typeof cut> =>
  cut(connectTo(parseConfig(config, process.cwd())), cutsAtBytes);

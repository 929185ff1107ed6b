/** How far the attachments of a node are, while a command waits for them. */
import { type Progress, showProgress } from '../../cli/progress.ts';
import type { AgencyNode } from '../agency-node.ts';

/** Shows one bar at a time until the node is closed. */
export function showTransfers(node: Pick<AgencyNode, 'on'>): void {
  let shown: { readonly digest: string; readonly bar: Progress } | undefined;
  node.on('attachment', ({ digest, direction, doneBytes, totalBytes }) => {
    if (shown?.digest !== digest) {
      shown?.bar.end();
      shown = { digest, bar: showProgress(direction === 'up' ? 'Sending' : 'Fetching', totalBytes) };
    }
    shown.bar.at(doneBytes);
    if (doneBytes < totalBytes) return;
    shown.bar.end();
    shown = undefined;
  });
}

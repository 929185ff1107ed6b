/** Files that prove something, told apart by what stands in them. */
import { LiaisonError } from '../protocol/errors.ts';
import { checkpointIn, type CheckpointReport, examineCheckpoint } from './explain-checkpoint.ts';
import { type DisclosureReport, examineDisclosure } from './explain-disclosure.ts';
import { examineProof, type FileTrust, type ProofReport } from './explain-proof.ts';
import { examineReceipt, type ReceiptReport } from './explain-receipt.ts';
import { DISCLOSURE_FORMAT } from './proof/disclosure.ts';
import { formatOf } from './proof/json-file.ts';
import { PROOF_FORMAT } from './proof/message-proof.ts';
import { examineSplitView, SPLIT_VIEW_FORMAT, type SplitViewReport } from './split-view.ts';

export type { FileTrust } from './explain-proof.ts';

export type FileReport =
  | ({ readonly format: 'liaison-receipt' } & ReceiptReport)
  | ProofReport
  | DisclosureReport
  | SplitViewReport
  | CheckpointReport;

/**
 * Verifies and explains a receipt, a proof about one message, a disclosed content, a split view or a checkpoint.
 * @throws LiaisonError FILE_INVALID when the text is none of these; DATA_VERSION when it is of a newer version
 */
export function examineFile(text: string, trust: FileTrust): FileReport {
  if (text.startsWith('liaison-receipt@')) {
    return { format: 'liaison-receipt', ...examineReceipt(text, trust.logVerifier, trust.witnesses) };
  }
  switch (formatOf(text)) {
    case PROOF_FORMAT:
      return examineProof(text, trust);
    case DISCLOSURE_FORMAT:
      return examineDisclosure(text, trust);
    case SPLIT_VIEW_FORMAT:
      return examineSplitView(text, trust.logVerifier);
    default: {
      if (checkpointIn(text)) return examineCheckpoint(text, trust);
      const what = `It is no receipt and no checkpoint, and no whole file of the form ${PROOF_FORMAT}, ${DISCLOSURE_FORMAT} or ${SPLIT_VIEW_FORMAT}.`;
      throw new LiaisonError('FILE_INVALID', what);
    }
  }
}

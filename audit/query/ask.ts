/**
 * Questions to a log. Nothing is verified: an answer tells what the log says, and `audit verify` whether to believe it.
 */
import type { MessageId } from '../../protocol/ids.ts';
import type { AuditSource } from '../source.ts';
import { askAgency, type AgencyAnswer } from './agency-answer.ts';
import { type IndexOptions, LogIndex, StaleIndex } from './log-index.ts';
import { LogReader } from './log-reader.ts';
import { askMailbox, type MailboxAnswer } from './mailbox-answer.ts';
import { askMessage, type MessageAnswer, type RefusalAnswer } from './message-answer.ts';
import type { Question } from './question.ts';
import { askSummary, type SummaryAnswer } from './summary-answer.ts';
import { askThread, type ThreadAnswer } from './thread-answer.ts';

export type Subject =
  | { readonly kind: 'message'; readonly id: MessageId; readonly sender?: string }
  | { readonly kind: 'agency'; readonly agency: string }
  | { readonly kind: 'mailbox'; readonly mailbox: string }
  | { readonly kind: 'thread'; readonly thread: Uint8Array }
  | { readonly kind: 'summary' };

export type AnyAnswer =
  | (MessageAnswer & { readonly kind: 'message' })
  | (RefusalAnswer & { readonly kind: 'refusal' })
  | (AgencyAnswer & { readonly kind: 'agency' })
  | (MailboxAnswer & { readonly kind: 'mailbox' })
  | (ThreadAnswer & { readonly kind: 'thread' })
  | (SummaryAnswer & { readonly kind: 'summary' });

/**
 * Opens the index of a log, which may take a while the first time, and asks it. An index that turns out not to fit is made again
 * once.
 * @throws LiaisonError what {@link LogIndex.open} and the question throw
 */
export function withIndex<T>(log: LogReader, options: IndexOptions, ask: (index: LogIndex) => T): T {
  for (let attempt = 0; ; attempt++) {
    const index = LogIndex.open(log, options);
    try {
      const answer = ask(index);
      index.close();
      return answer;
    } catch (error) {
      if (!(error instanceof StaleIndex) || attempt > 0) {
        index.close();
        throw error;
      }
      index.discard();
    }
  }
}

/**
 * Answers one question.
 * @param limit of what is listed where a list can be long
 */
export function answer(question: Question, subject: Subject, limit: number): AnyAnswer {
  switch (subject.kind) {
    case 'message': {
      const told = askMessage(question, subject.id, subject.sender);
      return 'refused' in told ? { kind: 'refusal', ...told } : { kind: 'message', ...told };
    }
    case 'agency':
      return { kind: 'agency', ...askAgency(question, subject.agency, limit) };
    case 'mailbox':
      return { kind: 'mailbox', ...askMailbox(question, subject.mailbox, limit) };
    case 'thread':
      return { kind: 'thread', ...askThread(question, subject.thread, limit) };
    case 'summary':
      return { kind: 'summary', ...askSummary(question) };
  }
}

/** A log ready to be asked. @throws LiaisonError DATA_DAMAGED, DATA_VERSION */
export function readLog(source: AuditSource): LogReader {
  source.checkFormat();
  return new LogReader(source);
}

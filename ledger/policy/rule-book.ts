/**
 * What operators have laid down, made ready for decisions: clearances, contacts, and agreements by the agencies that they
 * name. It is derived from the state and no part of it. A decision looks at the agreements of two agencies, not at all of
 * them; each is decoded once.
 */
import { decode } from '../../protocol/codec.ts';
import { AgreementSchema, Classification, Exchange, type Agreement } from '../../protocol/generated/schema.ts';
import { agencyOf, type Mailbox, toHex } from '../../protocol/ids.ts';
import type { FactRow } from '../rows.ts';
import type { AgencyRuleRow, UnitRuleRow } from '../rows-2.ts';
import { put, type Change, type State } from '../state.ts';

/** Stands among the parties for every enrolled agency. */
export const EVERYBODY = '*';
const PAIRS_MAX = 65_536;

/** An agreement as decisions read it. */
export interface Terms {
  readonly agreement: Agreement;
  readonly parties: ReadonlySet<string>;
  readonly isEnded: boolean;
}

export class RuleBook {
  private readonly agencies = new Map<string, AgencyRuleRow>();
  private readonly units = new Map<string, UnitRuleRow>();
  private readonly byParty = new Map<string, Terms[]>();
  private readonly pairs = new Map<string, readonly Terms[]>();

  constructor(state?: State) {
    if (!state) return;
    for (const row of state.scan('agencyRules')) this.agencies.set(row.agency, row);
    for (const row of state.scan('unitRules')) this.units.set(row.mailbox, row);
    for (const row of state.scan('agreements')) {
      const agreement = decode(AgreementSchema, row.agreement, 'signed');
      const terms = { agreement, parties: new Set(agreement.parties), isEnded: row.endedIndex !== 0 };
      for (const party of terms.parties) {
        const list = this.byParty.get(party);
        if (list) list.push(terms);
        else this.byParty.set(party, [terms]);
      }
    }
  }

  /** The lower of agency and unit; BPL where nothing is set. */
  clearanceOf(mailbox: Mailbox): Classification {
    const agency = this.agencies.get(agencyOf(mailbox))?.clearance || Classification.BPL;
    const unit = this.units.get(mailbox)?.clearance || agency;
    return unit < agency ? unit : agency;
  }

  /** The single point of contact that gets copies of what goes to this agency; empty when there is none. */
  contactOf(agency: string): string {
    return this.agencies.get(agency)?.contact ?? '';
  }

  hostOf(mailbox: string): string {
    return this.units.get(mailbox)?.hostAgency ?? '';
  }

  /** Log index of the last change of what holds for a mailbox; 0 when nothing was ever set. */
  changedIndex(mailbox: Mailbox): number {
    const agency = this.agencies.get(agencyOf(mailbox))?.changedIndex ?? 0;
    return Math.max(agency, this.units.get(mailbox)?.changedIndex ?? 0);
  }

  /** The agreements that name both agencies, in the order of their ids; in force or not. */
  between(a: string, b: string): readonly Terms[] {
    const name = `${a} ${b}`;
    let found = this.pairs.get(name);
    if (!found) {
      const [left, right] = [this.byParty.get(a) ?? [], this.byParty.get(b) ?? []];
      const [fewer, other] = left.length <= right.length ? [left, b] : [right, a];
      const both = fewer.filter(({ parties }) => parties.has(other) && !parties.has(EVERYBODY));
      found = [...both, ...(this.byParty.get(EVERYBODY) ?? [])].sort((x, y) => (idOf(x) < idOf(y) ? -1 : 1));
      // Pairs come from operators' agencies, but nothing may grow without end.
      if (this.pairs.size >= PAIRS_MAX) this.pairs.clear();
      this.pairs.set(name, found);
    }
    return found;
  }
}

const idOf = ({ agreement }: Terms): string => toHex(agreement.agreementId);

const NOTHING_SET = new RuleBook();
/** By the row that says when rules changed last: a row that is written anew, also after a rollback, is another object. */
const books = new WeakMap<FactRow, RuleBook>();

/** The rules as they stand. Made anew only after they have changed. */
export function ruleBook(state: State): RuleBook {
  const changed = state.get('facts', 'rules');
  if (!changed) return NOTHING_SET;
  let book = books.get(changed);
  if (!book) books.set(changed, (book = new RuleBook(state)));
  return book;
}

/** Goes with every change of agreements, agencies' and units' rules. */
export const rulesChanged = (index: number): Change => put('facts', { name: 'rules', text: '', number: index });

/** Entry 0 decides for good: read once for each store that has it. */
const exchanges = new WeakMap<State, boolean>();

/** Whether nobody may send to another agency unless an agreement permits it. */
export function isByAgreement(state: State): boolean {
  let known = exchanges.get(state);
  if (known === undefined) {
    known = state.get('facts', 'exchange')?.number === Exchange.BY_AGREEMENT;
    if (state.get('facts', 'origin')) exchanges.set(state, known);
  }
  return known;
}

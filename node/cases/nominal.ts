/** What names people travels apart from what does not: a check that the one has not crept into the other. Pure. */
import { LiaisonError } from '../../protocol/errors.ts';
import type { Body, NominalAnnex } from '../../protocol/generated/schema.ts';

/** Shorter texts, such as a country's code, stand in any report. */
const FIELD_BYTES_MIN = 4;

/**
 * @param report encoded body of the report
 * @throws LiaisonError BODY_INVALID, naming the annex's field whose text stands in the report
 */
export function requireApart(report: Uint8Array, annex: Body): void {
  if (annex.content.kind !== 'nominalAnnex') throw new LiaisonError('BODY_INVALID', 'The annex is not a nominalAnnex.');
  const bytes = Buffer.from(report.buffer, report.byteOffset, report.byteLength);
  for (const [path, text] of namesOf(annex.content.value)) {
    if (Buffer.byteLength(text) < FIELD_BYTES_MIN || !bytes.includes(text)) continue;
    throw new LiaisonError('BODY_INVALID', `The report holds the text of ${path}, which belongs into the annex alone.`);
  }
}

/** All that tells one person or organisation from another. */
function* namesOf({ persons, organisations }: NominalAnnex): Generator<[string, string]> {
  for (const [i, { person, identifiers }] of persons.entries()) {
    const at = `nominalAnnex.persons[${i}]`;
    const { familyName, givenNames, birthDate, birthPlace, address, role } = person;
    for (const [name, text] of Object.entries({ familyName, givenNames, birthDate, birthPlace, address, role })) {
      yield [`${at}.person.${name}`, text];
    }
    for (const [j, { value }] of identifiers.entries()) yield [`${at}.identifiers[${j}].value`, value];
  }
  for (const [i, { organisation, identifiers }] of organisations.entries()) {
    const at = `nominalAnnex.organisations[${i}]`;
    yield [`${at}.organisation.name`, organisation.name];
    yield [`${at}.organisation.address`, organisation.address];
    yield [`${at}.organisation.role`, organisation.role];
    for (const [j, { value }] of identifiers.entries()) yield [`${at}.identifiers[${j}].value`, value];
  }
}

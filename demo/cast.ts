/** Who takes part in the demonstration. XA to XD are no countries; what the partners send each other is invented. */

export interface Partner {
  readonly agency: string;
  readonly name: string;
  readonly units: readonly string[];
}

export const PARTNERS = [
  { agency: 'xa.customs', name: 'Customs of XA', units: ['portalder', 'risk'] },
  { agency: 'xb.customs', name: 'Customs of XB', units: ['briarcross'] },
  { agency: 'xc.customs', name: 'Customs of XC', units: ['cedarbay'] },
  { agency: 'xd.customs', name: 'Customs of XD', units: ['dunefield'] },
  { agency: 'xb.police', name: 'Police of XB', units: ['desk', 'drugs'] },
  { agency: 'wco.secretariat', name: 'Secretariat of the customs organisation', units: ['enforcement'] },
  { agency: 'interpol', name: 'Police organisation', units: ['lyon', 'singapore', 'buenosaires'] },
  { agency: 'un.unodc', name: 'Container control programme', units: ['ccp'] },
  { agency: 'eu.frontex', name: 'Border agency', units: ['fusion'] },
  { agency: 'un.unoct', name: 'Counter-terrorism office', units: ['desk'] },
] as const satisfies readonly Partner[];

export type AgencyName = (typeof PARTNERS)[number]['agency'];

/** The first unit's mailbox: whom one writes to when nothing else is said. */
export function mailboxOf(agency: AgencyName): string {
  const { units } = PARTNERS.find((partner) => partner.agency === agency) ?? { units: ['desk'] };
  return `${agency}/${units[0]}`;
}

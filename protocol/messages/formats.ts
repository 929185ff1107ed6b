/**
 * How the texts and ids of a body are written: the {format} marks of body.proto (SPEC.md section 6.2). Countries and
 * currencies come from packages; the check digits are in check-digits.ts.
 */
import currencyCodes from 'currency-codes';
import { iso31661Alpha2ToAlpha3 } from 'iso-3166/1-a2-to-1-a3.js';
import { messageIdOf, parseMailbox } from '../ids.ts';
import { isContainerNumber, isIban, isImoNumber } from './check-digits.ts';

/** The form of a text, and what its characters cannot say. */
export interface TextFormat {
  /** As it ends the sentence "the value is not …". */
  readonly name: string;
  /** Holds for every text of the format; it also stands in the JSON Schema. */
  readonly pattern: RegExp;
  /** What the pattern leaves open: check digits, calendars, lists of codes. */
  readonly holds?: (text: string) => boolean;
}

const COUNTRIES = new Set(Object.keys(iso31661Alpha2ToAlpha3));
/** Assigned by users (ISO 3166-1 section 8.1.3): what real countries never are, so examples and exercises use them. */
const USER_ASSIGNED = /^(?:AA|Q[M-Z]|X[A-Z]|ZZ)$/;
/** In force since 2025; the package has the edition of 2024. */
const NEWER_CURRENCIES = ['XCG'];
const CURRENCIES = new Set([...currencyCodes.codes(), ...NEWER_CURRENCIES]);

const isCountry = (text: string): boolean => COUNTRIES.has(text) || USER_ASSIGNED.test(text);

/** Whether year, month and day at the beginning of a text are a day of the calendar. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  // Date.UTC takes two-digit years for those of the last century.
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}

function isMailbox(text: string): boolean {
  try {
    return parseMailbox(text) === text;
  } catch {
    return false;
  }
}

const within =
  (limit: number) =>
  (text: string): boolean =>
    Math.abs(Number(text)) <= limit;

export const TEXT_FORMATS: Readonly<Record<string, TextFormat>> = {
  language: {
    name: 'a well-formed language tag such as en or pt-BR',
    pattern: /^[A-Za-z0-9-]+$/,
    holds: isLanguage,
  },
  country: { name: 'a country code of ISO 3166-1 such as FR', pattern: /^[A-Z]{2}$/, holds: isCountry },
  currency: {
    name: 'a currency code of ISO 4217 such as EUR',
    pattern: /^[A-Z]{3}$/,
    holds: (text) => CURRENCIES.has(text),
  },
  hs: {
    name: 'a code of the Harmonized System: 2, 4, 6, 8 or 10 digits of a chapter that exists',
    // Chapter 77 is reserved; 98 and 99 are for national use.
    pattern: /^(?!00|77)\d{2}(?:\d{2}){0,4}$/,
  },
  container: {
    name: 'a container number of ISO 6346 with its check digit, such as ZZZU1234564',
    pattern: /^[A-Z]{3}[UJZ][ -]?\d{6}[ -]?\d$/,
    holds: (text) => isContainerNumber(canonicalContainer(text)),
  },
  imo: { name: 'an IMO ship number with its check digit', pattern: /^\d{7}$/, holds: isImoNumber },
  mmsi: { name: 'an MMSI of nine digits', pattern: /^\d{9}$/ },
  // The check digit at the ninth place binds only some makers, so it is not looked at.
  vin: { name: 'a vehicle identification number of 17 characters without I, O, Q', pattern: /^[A-HJ-NPR-Z0-9]{17}$/ },
  iban: {
    name: 'an IBAN with its check digits',
    pattern: /^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/,
    holds: (text) => isCountry(text.slice(0, 2)) && isIban(text),
  },
  date: { name: 'a date such as 2031-05-06', pattern: /^\d{4}-\d{2}-\d{2}$/, holds: isDay },
  time: {
    name: 'a time with its zone such as 2031-05-06T07:08:09+02:00 (RFC 3339)',
    pattern: /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/,
    holds: isDay,
  },
  decimal: { name: 'a decimal number such as 1200 or 4.5', pattern: /^(?:0|[1-9]\d*)(?:\.\d+)?$/ },
  unlocode: {
    name: 'a UN/LOCODE of five characters such as FRLEH',
    pattern: /^[A-Z]{2}[A-Z2-9]{3}$/,
    holds: (text) => isCountry(text.slice(0, 2)),
  },
  latitude: { name: 'a latitude from -90 to 90 degrees', pattern: /^-?\d{1,2}(?:\.\d+)?$/, holds: within(90) },
  longitude: { name: 'a longitude from -180 to 180 degrees', pattern: /^-?\d{1,3}(?:\.\d+)?$/, holds: within(180) },
  cites: { name: 'an appendix of CITES: I, II or III', pattern: /^I{1,3}$/ },
  filename: {
    name: 'a plain file name: no path, no control characters, nothing that changes the direction of text',
    pattern: /^(?!\.{1,2}$)(?!\s)[^/\\:\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+(?<!\s)$/,
  },
  mediatype: {
    name: 'a media type such as image/jpeg',
    pattern: /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$/,
  },
  mailbox: { name: 'a mailbox such as xa.customs/portalder', pattern: /^[a-z0-9.-]+\/[a-z0-9-]+$/, holds: isMailbox },
};

/** Formats of byte fields, with the name that ends the sentence "the value is not …". */
export const BYTE_FORMATS: Readonly<Record<string, { name: string; holds: (bytes: Uint8Array) => boolean }>> = {
  messageid: { name: 'a message id (a UUID of version 7)', holds: isMessageId },
};

function isMessageId(bytes: Uint8Array): boolean {
  try {
    return messageIdOf(bytes).length > 0;
  } catch {
    return false;
  }
}

/** Whether a text is of a format. */
export const isOfFormat = ({ pattern, holds }: TextFormat, text: string): boolean =>
  pattern.test(text) && (holds?.(text) ?? true);

/** A container number as it is compared and searched: without the space and the hyphen that people write. */
export const canonicalContainer = (text: string): string => text.replaceAll(/[ -]/g, '');

/** POSIX milliseconds of a text of the format `time`. */
export const timeMs = (text: string): number => Date.parse(text);

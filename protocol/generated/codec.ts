// Generated from generated/schema.ts by `npm run generate`. Do not edit.
// @ts-nocheck -- the generator vouches for it, and test/protocol/fast-path.test.ts
import { bail, EMPTY, lengthOfBytes, lengthOfText, lengths, numberSize, varintSize, type Reader, type Writer } from '../fast-path.ts';
function readAcceptanceRejectionExpiry(r: Reader, limit: number): any {
let $messageId: any = EMPTY, $sender: any = '', $recipient: any = '', $number: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $messageId = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $sender = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $recipient = value; break; }
case 32: { if (last >= 4) bail(); last = 4; const value = r.varint(limit); if (value === 0) bail(); $number = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($messageId.length === 0) bail();
return { messageId: $messageId, sender: $sender, recipient: $recipient, number: $number };
}
function sizeAcceptanceRejectionExpiry(v: any): number { let size = 0; { const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.sender; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.recipient; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.number; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeAcceptanceRejectionExpiry(w: Writer, v: any): void { { const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.sender; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.recipient; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.number; if (!(value === 0)) { w.varint(32); w.varint(value); } } }
function readAccount(r: Reader, limit: number): any {
let $institution: any = '', $iban: any = '', $number: any = '', $currency: any = '', $holder: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $institution = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 34) bail(); const value = r.text(stop); if (value === '') bail(); $iban = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $number = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 3) bail(); const value = r.text(stop); if (value === '') bail(); $currency = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 300) bail(); const value = r.text(stop); if (value === '') bail(); $holder = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { institution: $institution, iban: $iban, number: $number, currency: $currency, holder: $holder };
}
function sizeAccount(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.institution; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.iban; if (!(value === '')) { const length = lengthOfText(value); if (length > 34) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.number; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.currency; if (!(value === '')) { const length = lengthOfText(value); if (length > 3) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.holder; if (!(value === '')) { const length = lengthOfText(value); if (length > 300) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeAccount(w: Writer, v: any): void { { const value = v.institution; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.iban; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.number; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.currency; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.holder; if (!(value === '')) { w.varint(42); w.text(value); } } }
function readAct(r: Reader, limit: number): any {
let $blind: any = EMPTY, $origin: any = '', $number: any = 0, $createdAtMs: any = 0, $act: any;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $blind = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 128) bail(); const value = r.text(stop); if (value === '') bail(); $origin = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $number = value; break; }
case 32: { if (last >= 4) bail(); last = 4; const value = r.varint(limit); if (value === 0) bail(); $createdAtMs = value; break; }
case 82: { if (last >= 10) bail(); last = 10; if ($act !== undefined) bail(); const value = readEnrol(r, r.stop(limit)); $act = { kind: 'enrol', value }; break; }
case 90: { if (last >= 11) bail(); last = 11; if ($act !== undefined) bail(); const value = readSuspend(r, r.stop(limit)); $act = { kind: 'suspend', value }; break; }
case 98: { if (last >= 12) bail(); last = 12; if ($act !== undefined) bail(); const value = readRelease(r, r.stop(limit)); $act = { kind: 'release', value }; break; }
case 106: { if (last >= 13) bail(); last = 13; if ($act !== undefined) bail(); const value = readRevoke(r, r.stop(limit)); $act = { kind: 'revoke', value }; break; }
case 114: { if (last >= 14) bail(); last = 14; if ($act !== undefined) bail(); const value = readConfirmClock(r, r.stop(limit)); $act = { kind: 'confirmClock', value }; break; }
case 122: { if (last >= 15) bail(); last = 15; if ($act !== undefined) bail(); const value = readSetAgreement(r, r.stop(limit)); $act = { kind: 'setAgreement', value }; break; }
case 130: { if (last >= 16) bail(); last = 16; if ($act !== undefined) bail(); const value = readEndAgreement(r, r.stop(limit)); $act = { kind: 'endAgreement', value }; break; }
case 138: { if (last >= 17) bail(); last = 17; if ($act !== undefined) bail(); const value = readSetGroup(r, r.stop(limit)); $act = { kind: 'setGroup', value }; break; }
case 146: { if (last >= 18) bail(); last = 18; if ($act !== undefined) bail(); const value = readEndGroup(r, r.stop(limit)); $act = { kind: 'endGroup', value }; break; }
case 154: { if (last >= 19) bail(); last = 19; if ($act !== undefined) bail(); const value = readSetAgency(r, r.stop(limit)); $act = { kind: 'setAgency', value }; break; }
case 162: { if (last >= 20) bail(); last = 20; if ($act !== undefined) bail(); const value = readSetUnit(r, r.stop(limit)); $act = { kind: 'setUnit', value }; break; }
case 170: { if (last >= 21) bail(); last = 21; if ($act !== undefined) bail(); const value = readHold(r, r.stop(limit)); $act = { kind: 'hold', value }; break; }
case 178: { if (last >= 22) bail(); last = 22; if ($act !== undefined) bail(); const value = readReleaseHold(r, r.stop(limit)); $act = { kind: 'releaseHold', value }; break; }
case 186: { if (last >= 23) bail(); last = 23; if ($act !== undefined) bail(); const value = readCloseShard(r, r.stop(limit)); $act = { kind: 'closeShard', value }; break; }
case 194: { if (last >= 24) bail(); last = 24; if ($act !== undefined) bail(); const value = readDropShard(r, r.stop(limit)); $act = { kind: 'dropShard', value }; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($blind.length === 0 || $act === undefined) bail();
return { blind: $blind, origin: $origin, number: $number, createdAtMs: $createdAtMs, act: $act };
}
function sizeAct(v: any): number { let size = 0; { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.origin; if (!(value === '')) { const length = lengthOfText(value); if (length > 128) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.number; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.createdAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const member = v.act; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'enrol': { const slot = lengths.push(0) - 1; const inner = sizeEnrol(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'suspend': { const slot = lengths.push(0) - 1; const inner = sizeSuspend(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'release': { const slot = lengths.push(0) - 1; const inner = sizeRelease(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'revoke': { const slot = lengths.push(0) - 1; const inner = sizeRevoke(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'confirmClock': { const slot = lengths.push(0) - 1; const inner = sizeConfirmClock(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'setAgreement': { const slot = lengths.push(0) - 1; const inner = sizeSetAgreement(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'endAgreement': { const slot = lengths.push(0) - 1; const inner = sizeEndAgreement(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'setGroup': { const slot = lengths.push(0) - 1; const inner = sizeSetGroup(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'endGroup': { const slot = lengths.push(0) - 1; const inner = sizeEndGroup(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'setAgency': { const slot = lengths.push(0) - 1; const inner = sizeSetAgency(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'setUnit': { const slot = lengths.push(0) - 1; const inner = sizeSetUnit(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'hold': { const slot = lengths.push(0) - 1; const inner = sizeHold(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'releaseHold': { const slot = lengths.push(0) - 1; const inner = sizeReleaseHold(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'closeShard': { const slot = lengths.push(0) - 1; const inner = sizeCloseShard(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'dropShard': { const slot = lengths.push(0) - 1; const inner = sizeDropShard(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } default: bail(); } } return size; }
function writeAct(w: Writer, v: any): void { { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.origin; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.number; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const value = v.createdAtMs; if (!(value === 0)) { w.varint(32); w.varint(value); } }
{ const member = v.act; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'enrol': { w.varint(82); w.length(); writeEnrol(w, value); break; } case 'suspend': { w.varint(90); w.length(); writeSuspend(w, value); break; } case 'release': { w.varint(98); w.length(); writeRelease(w, value); break; } case 'revoke': { w.varint(106); w.length(); writeRevoke(w, value); break; } case 'confirmClock': { w.varint(114); w.length(); writeConfirmClock(w, value); break; } case 'setAgreement': { w.varint(122); w.length(); writeSetAgreement(w, value); break; } case 'endAgreement': { w.varint(130); w.length(); writeEndAgreement(w, value); break; } case 'setGroup': { w.varint(138); w.length(); writeSetGroup(w, value); break; } case 'endGroup': { w.varint(146); w.length(); writeEndGroup(w, value); break; } case 'setAgency': { w.varint(154); w.length(); writeSetAgency(w, value); break; } case 'setUnit': { w.varint(162); w.length(); writeSetUnit(w, value); break; } case 'hold': { w.varint(170); w.length(); writeHold(w, value); break; } case 'releaseHold': { w.varint(178); w.length(); writeReleaseHold(w, value); break; } case 'closeShard': { w.varint(186); w.length(); writeCloseShard(w, value); break; } case 'dropShard': { w.varint(194); w.length(); writeDropShard(w, value); break; } default: bail(); } } }
function readAgreement(r: Reader, limit: number): any {
let $agreementId: any = EMPTY, $name: any = '', $parties: any = [], $types: any = [], $classificationMax: any = 0, $personalData: any = false, $validFromMs: any = 0, $validUntilMs: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $agreementId = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 100) bail(); const value = r.text(stop); if (value === '') bail(); $name = value; break; }
case 26: { if (last > 3) bail(); last = 3; if ($parties.length >= 256) bail(); const stop = r.stop(limit); if ((stop - r.at) > 32) bail(); const value = r.text(stop); $parties.push(value); break; }
case 34: { if (last >= 4) bail(); last = 4; const end = r.stop(limit); if (end === r.at) bail(); while (r.at < end) { if ($types.length >= 32) bail(); const value = r.varint(end); if (value > 18) bail(); $types.push(value); } break; }
case 40: { if (last >= 5) bail(); last = 5; const value = r.varint(limit); if (value > 3) bail(); if (value === 0) bail(); $classificationMax = value; break; }
case 48: { if (last >= 6) bail(); last = 6; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $personalData = value; break; }
case 56: { if (last >= 7) bail(); last = 7; const value = r.varint(limit); if (value === 0) bail(); $validFromMs = value; break; }
case 64: { if (last >= 8) bail(); last = 8; const value = r.varint(limit); if (value === 0) bail(); $validUntilMs = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($agreementId.length === 0) bail();
return { agreementId: $agreementId, name: $name, parties: $parties, types: $types, classificationMax: $classificationMax, personalData: $personalData, validFromMs: $validFromMs, validUntilMs: $validUntilMs };
}
function sizeAgreement(v: any): number { let size = 0; { const value = v.agreementId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.name; if (!(value === '')) { const length = lengthOfText(value); if (length > 100) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.parties; if (list.length > 256) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 32) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.types; if (list.length > 0) { if (list.length > 32) bail(); const slot = lengths.push(0) - 1; let inner = 0; for (let i = 0; i < list.length; i++) inner += numberSize(list[i], 18); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.classificationMax; if (!(value === 0)) { size += 1 + numberSize(value, 3); } }
{ const value = v.personalData; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } }
{ const value = v.validFromMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.validUntilMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeAgreement(w: Writer, v: any): void { { const value = v.agreementId; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.name; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const list = v.parties; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(26); w.text(value); } }
{ const list = v.types; if (list.length > 0) { w.varint(34); w.length(); for (let i = 0; i < list.length; i++) w.varint(list[i]); } }
{ const value = v.classificationMax; if (!(value === 0)) { w.varint(40); w.varint(value); } }
{ const value = v.personalData; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(48); w.varint(value ? 1 : 0); } }
{ const value = v.validFromMs; if (!(value === 0)) { w.varint(56); w.varint(value); } }
{ const value = v.validUntilMs; if (!(value === 0)) { w.varint(64); w.varint(value); } } }
function readAlert(r: Reader, limit: number): any {
let $kind: any = 0, $colour: any = 0, $subject: any = '', $threat: any = '', $actionRequested: any = '', $validUntil: any = '', $objects: any = [], $approval: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 2) bail(); if (value === 0) bail(); $kind = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 9) bail(); if (value === 0) bail(); $colour = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $subject = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 50000) bail(); const value = r.text(stop); if (value === '') bail(); $threat = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 20000) bail(); const value = r.text(stop); if (value === '') bail(); $actionRequested = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $validUntil = value; break; }
case 58: { if (last > 7) bail(); last = 7; if ($objects.length >= 200) bail(); const value = readCaseObject(r, r.stop(limit)); $objects.push(value); break; }
case 66: { if (last >= 8) bail(); last = 8; const value = readSignedLeaf(r, r.stop(limit)); $approval = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { kind: $kind, colour: $colour, subject: $subject, threat: $threat, actionRequested: $actionRequested, validUntil: $validUntil, objects: $objects, approval: $approval };
}
function sizeAlert(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.kind; if (!(value === 0)) { size += 1 + numberSize(value, 2); } }
{ const value = v.colour; if (!(value === 0)) { size += 1 + numberSize(value, 9); } }
{ const value = v.subject; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.threat; if (!(value === '')) { const length = lengthOfText(value); if (length > 50000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.actionRequested; if (!(value === '')) { const length = lengthOfText(value); if (length > 20000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.validUntil; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.objects; if (list.length > 200) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeCaseObject(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.approval; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeSignedLeaf(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeAlert(w: Writer, v: any): void { { const value = v.kind; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.colour; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.subject; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.threat; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.actionRequested; if (!(value === '')) { w.varint(42); w.text(value); } }
{ const value = v.validUntil; if (!(value === '')) { w.varint(50); w.text(value); } }
{ const list = v.objects; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(58); w.length(); writeCaseObject(w, value); } }
{ const value = v.approval; if (!(value === undefined)) { w.varint(66); w.length(); writeSignedLeaf(w, value); } } }
function readAttachmentReference(r: Reader, limit: number): any {
let $digest: any = EMPTY, $sizeBytes: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $digest = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value === 0) bail(); $sizeBytes = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($digest.length === 0) bail();
return { digest: $digest, sizeBytes: $sizeBytes };
}
function sizeAttachmentReference(v: any): number { let size = 0; { const value = v.digest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.sizeBytes; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeAttachmentReference(w: Writer, v: any): void { { const value = v.digest; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.sizeBytes; if (!(value === 0)) { w.varint(16); w.varint(value); } } }
function readAttachment(r: Reader, limit: number): any {
let $digest: any = EMPTY, $sizeBytes: any = 0, $key: any = EMPTY, $noncePrefix: any = EMPTY, $name: any = '', $mediaType: any = '', $plainDigest: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $digest = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value === 0) bail(); $sizeBytes = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $key = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) !== 7) bail(); const value = r.view(stop); if (value.length === 0) bail(); $noncePrefix = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 255) bail(); const value = r.text(stop); if (value === '') bail(); $name = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) > 127) bail(); const value = r.text(stop); if (value === '') bail(); $mediaType = value; break; }
case 58: { if (last >= 7) bail(); last = 7; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $plainDigest = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($digest.length === 0 || $key.length === 0 || $noncePrefix.length === 0 || $plainDigest.length === 0) bail();
return { digest: $digest, sizeBytes: $sizeBytes, key: $key, noncePrefix: $noncePrefix, name: $name, mediaType: $mediaType, plainDigest: $plainDigest };
}
function sizeAttachment(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.digest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.sizeBytes; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.key; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.noncePrefix; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 7) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.name; if (!(value === '')) { const length = lengthOfText(value); if (length > 255) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.mediaType; if (!(value === '')) { const length = lengthOfText(value); if (length > 127) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.plainDigest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); } return size; }
function writeAttachment(w: Writer, v: any): void { { const value = v.digest; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.sizeBytes; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.key; if (!(lengthOfBytes(value) === 0)) { w.varint(26); w.bytes(value); } }
{ const value = v.noncePrefix; if (!(lengthOfBytes(value) === 0)) { w.varint(34); w.bytes(value); } }
{ const value = v.name; if (!(value === '')) { w.varint(42); w.text(value); } }
{ const value = v.mediaType; if (!(value === '')) { w.varint(50); w.text(value); } }
{ const value = v.plainDigest; if (!(lengthOfBytes(value) === 0)) { w.varint(58); w.bytes(value); } } }
function readAuditRead(r: Reader, limit: number): any {
let $auditor: any = '', $tlsKeyId: any = EMPTY, $beganAtMs: any = 0, $requests: any = 0, $ranges: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $auditor = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $tlsKeyId = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $beganAtMs = value; break; }
case 32: { if (last >= 4) bail(); last = 4; const value = r.varint(limit); if (value === 0) bail(); $requests = value; break; }
case 42: { if (last > 5) bail(); last = 5; if ($ranges.length >= 64) bail(); const value = readReadRange(r, r.stop(limit)); $ranges.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($tlsKeyId.length === 0) bail();
return { auditor: $auditor, tlsKeyId: $tlsKeyId, beganAtMs: $beganAtMs, requests: $requests, ranges: $ranges };
}
function sizeAuditRead(v: any): number { let size = 0; { const value = v.auditor; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.tlsKeyId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.beganAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.requests; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const list = v.ranges; if (list.length > 64) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeReadRange(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeAuditRead(w: Writer, v: any): void { { const value = v.auditor; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.tlsKeyId; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const value = v.beganAtMs; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const value = v.requests; if (!(value === 0)) { w.varint(32); w.varint(value); } }
{ const list = v.ranges; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(42); w.length(); writeReadRange(w, value); } } }
function readBatchSignature(r: Reader, limit: number): any {
let $algorithm: any = 0, $keyId: any = EMPTY, $size: any = 0, $signature: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4) bail(); if (value === 0) bail(); $algorithm = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $keyId = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $size = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 4096) bail(); const value = r.view(stop); if (value.length === 0) bail(); $signature = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($keyId.length === 0) bail();
return { algorithm: $algorithm, keyId: $keyId, size: $size, signature: $signature };
}
function sizeBatchSignature(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.algorithm; if (!(value === 0)) { size += 1 + numberSize(value, 4); } }
{ const value = v.keyId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.size; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.signature; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeBatchSignature(w: Writer, v: any): void { { const value = v.algorithm; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.keyId; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const value = v.size; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const value = v.signature; if (!(lengthOfBytes(value) === 0)) { w.varint(34); w.bytes(value); } } }
function readBlobChunk(r: Reader, limit: number): any {
let $digest: any = EMPTY, $offsetBytes: any = 0, $data: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $digest = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value === 0) bail(); $offsetBytes = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 1048576) bail(); const value = r.view(stop); if (value.length === 0) bail(); $data = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($digest.length === 0) bail();
return { digest: $digest, offsetBytes: $offsetBytes, data: $data };
}
function sizeBlobChunk(v: any): number { let size = 0; { const value = v.digest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.offsetBytes; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.data; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 1048576) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeBlobChunk(w: Writer, v: any): void { { const value = v.digest; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.offsetBytes; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.data; if (!(lengthOfBytes(value) === 0)) { w.varint(26); w.bytes(value); } } }
function readBlobGet(r: Reader, limit: number): any {
let $request: any = 0, $digest: any = EMPTY, $offsetBytes: any = 0, $bytes: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $digest = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $offsetBytes = value; break; }
case 32: { if (last >= 4) bail(); last = 4; const value = r.varint(limit); if (value === 0) bail(); $bytes = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($digest.length === 0) bail();
return { request: $request, digest: $digest, offsetBytes: $offsetBytes, bytes: $bytes };
}
function sizeBlobGet(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.digest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.offsetBytes; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.bytes; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeBlobGet(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.digest; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const value = v.offsetBytes; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const value = v.bytes; if (!(value === 0)) { w.varint(32); w.varint(value); } } }
function readBlobPut(r: Reader, limit: number): any {
let $request: any = 0, $digest: any = EMPTY, $sizeBytes: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $digest = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $sizeBytes = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($digest.length === 0) bail();
return { request: $request, digest: $digest, sizeBytes: $sizeBytes };
}
function sizeBlobPut(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.digest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.sizeBytes; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeBlobPut(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.digest; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const value = v.sizeBytes; if (!(value === 0)) { w.varint(24); w.varint(value); } } }
function readBlobState(r: Reader, limit: number): any {
let $request: any = 0, $digest: any = EMPTY, $storedBytes: any = 0, $complete: any = false;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $digest = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $storedBytes = value; break; }
case 32: { if (last >= 4) bail(); last = 4; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $complete = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($digest.length === 0) bail();
return { request: $request, digest: $digest, storedBytes: $storedBytes, complete: $complete };
}
function sizeBlobState(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.digest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.storedBytes; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.complete; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } } return size; }
function writeBlobState(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.digest; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const value = v.storedBytes; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const value = v.complete; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(32); w.varint(value ? 1 : 0); } } }
function readBody(r: Reader, limit: number): any {
let $caseNumber: any = '', $language: any = '', $handlingText: any = '', $attachments: any = [], $content: any;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $caseNumber = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 35) bail(); const value = r.text(stop); if (value === '') bail(); $language = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $handlingText = value; break; }
case 34: { if (last > 4) bail(); last = 4; if ($attachments.length >= 64) bail(); const value = readAttachment(r, r.stop(limit)); $attachments.push(value); break; }
case 82: { if (last >= 10) bail(); last = 10; if ($content !== undefined) bail(); const value = readInformationRequest(r, r.stop(limit)); $content = { kind: 'informationRequest', value }; break; }
case 90: { if (last >= 11) bail(); last = 11; if ($content !== undefined) bail(); const value = readInformationAnswer(r, r.stop(limit)); $content = { kind: 'informationAnswer', value }; break; }
case 98: { if (last >= 12) bail(); last = 12; if ($content !== undefined) bail(); const value = readSpontaneousInformation(r, r.stop(limit)); $content = { kind: 'spontaneousInformation', value }; break; }
case 106: { if (last >= 13) bail(); last = 13; if ($content !== undefined) bail(); const value = readRequestRefusal(r, r.stop(limit)); $content = { kind: 'refusal', value }; break; }
case 114: { if (last >= 14) bail(); last = 14; if ($content !== undefined) bail(); const value = readClarificationRequest(r, r.stop(limit)); $content = { kind: 'clarificationRequest', value }; break; }
case 122: { if (last >= 15) bail(); last = 15; if ($content !== undefined) bail(); const value = readClarification(r, r.stop(limit)); $content = { kind: 'clarification', value }; break; }
case 130: { if (last >= 16) bail(); last = 16; if ($content !== undefined) bail(); const value = readDeadlineNotice(r, r.stop(limit)); $content = { kind: 'deadlineNotice', value }; break; }
case 138: { if (last >= 17) bail(); last = 17; if ($content !== undefined) bail(); const value = readRiskProfile(r, r.stop(limit)); $content = { kind: 'riskProfile', value }; break; }
case 146: { if (last >= 18) bail(); last = 18; if ($content !== undefined) bail(); const value = readSeizureReport(r, r.stop(limit)); $content = { kind: 'seizureReport', value }; break; }
case 154: { if (last >= 19) bail(); last = 19; if ($content !== undefined) bail(); const value = readNominalAnnex(r, r.stop(limit)); $content = { kind: 'nominalAnnex', value }; break; }
case 162: { if (last >= 20) bail(); last = 20; if ($content !== undefined) bail(); const value = readAlert(r, r.stop(limit)); $content = { kind: 'alert', value }; break; }
case 170: { if (last >= 21) bail(); last = 21; if ($content !== undefined) bail(); const value = readOperationNotice(r, r.stop(limit)); $content = { kind: 'operationNotice', value }; break; }
case 178: { if (last >= 22) bail(); last = 22; if ($content !== undefined) bail(); const value = readPermissionRequest(r, r.stop(limit)); $content = { kind: 'permissionRequest', value }; break; }
case 186: { if (last >= 23) bail(); last = 23; if ($content !== undefined) bail(); const value = readPermissionDecision(r, r.stop(limit)); $content = { kind: 'permissionDecision', value }; break; }
case 194: { if (last >= 24) bail(); last = 24; if ($content !== undefined) bail(); const value = readRestrictionUpdate(r, r.stop(limit)); $content = { kind: 'restrictionUpdate', value }; break; }
case 202: { if (last >= 25) bail(); last = 25; if ($content !== undefined) bail(); const value = readCorrection(r, r.stop(limit)); $content = { kind: 'correction', value }; break; }
case 210: { if (last >= 26) bail(); last = 26; if ($content !== undefined) bail(); const value = readRecall(r, r.stop(limit)); $content = { kind: 'recall', value }; break; }
case 218: { if (last >= 27) bail(); last = 27; if ($content !== undefined) bail(); const value = readComplianceReceipt(r, r.stop(limit)); $content = { kind: 'complianceReceipt', value }; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($content === undefined) bail();
return { caseNumber: $caseNumber, language: $language, handlingText: $handlingText, attachments: $attachments, content: $content };
}
function sizeBody(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.caseNumber; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.language; if (!(value === '')) { const length = lengthOfText(value); if (length > 35) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.handlingText; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.attachments; if (list.length > 64) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeAttachment(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const member = v.content; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'informationRequest': { const slot = lengths.push(0) - 1; const inner = sizeInformationRequest(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'informationAnswer': { const slot = lengths.push(0) - 1; const inner = sizeInformationAnswer(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'spontaneousInformation': { const slot = lengths.push(0) - 1; const inner = sizeSpontaneousInformation(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'refusal': { const slot = lengths.push(0) - 1; const inner = sizeRequestRefusal(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'clarificationRequest': { const slot = lengths.push(0) - 1; const inner = sizeClarificationRequest(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'clarification': { const slot = lengths.push(0) - 1; const inner = sizeClarification(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'deadlineNotice': { const slot = lengths.push(0) - 1; const inner = sizeDeadlineNotice(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'riskProfile': { const slot = lengths.push(0) - 1; const inner = sizeRiskProfile(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'seizureReport': { const slot = lengths.push(0) - 1; const inner = sizeSeizureReport(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'nominalAnnex': { const slot = lengths.push(0) - 1; const inner = sizeNominalAnnex(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'alert': { const slot = lengths.push(0) - 1; const inner = sizeAlert(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'operationNotice': { const slot = lengths.push(0) - 1; const inner = sizeOperationNotice(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'permissionRequest': { const slot = lengths.push(0) - 1; const inner = sizePermissionRequest(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'permissionDecision': { const slot = lengths.push(0) - 1; const inner = sizePermissionDecision(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'restrictionUpdate': { const slot = lengths.push(0) - 1; const inner = sizeRestrictionUpdate(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'correction': { const slot = lengths.push(0) - 1; const inner = sizeCorrection(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'recall': { const slot = lengths.push(0) - 1; const inner = sizeRecall(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'complianceReceipt': { const slot = lengths.push(0) - 1; const inner = sizeComplianceReceipt(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } default: bail(); } } return size; }
function writeBody(w: Writer, v: any): void { { const value = v.caseNumber; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.language; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.handlingText; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const list = v.attachments; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.length(); writeAttachment(w, value); } }
{ const member = v.content; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'informationRequest': { w.varint(82); w.length(); writeInformationRequest(w, value); break; } case 'informationAnswer': { w.varint(90); w.length(); writeInformationAnswer(w, value); break; } case 'spontaneousInformation': { w.varint(98); w.length(); writeSpontaneousInformation(w, value); break; } case 'refusal': { w.varint(106); w.length(); writeRequestRefusal(w, value); break; } case 'clarificationRequest': { w.varint(114); w.length(); writeClarificationRequest(w, value); break; } case 'clarification': { w.varint(122); w.length(); writeClarification(w, value); break; } case 'deadlineNotice': { w.varint(130); w.length(); writeDeadlineNotice(w, value); break; } case 'riskProfile': { w.varint(138); w.length(); writeRiskProfile(w, value); break; } case 'seizureReport': { w.varint(146); w.length(); writeSeizureReport(w, value); break; } case 'nominalAnnex': { w.varint(154); w.length(); writeNominalAnnex(w, value); break; } case 'alert': { w.varint(162); w.length(); writeAlert(w, value); break; } case 'operationNotice': { w.varint(170); w.length(); writeOperationNotice(w, value); break; } case 'permissionRequest': { w.varint(178); w.length(); writePermissionRequest(w, value); break; } case 'permissionDecision': { w.varint(186); w.length(); writePermissionDecision(w, value); break; } case 'restrictionUpdate': { w.varint(194); w.length(); writeRestrictionUpdate(w, value); break; } case 'correction': { w.varint(202); w.length(); writeCorrection(w, value); break; } case 'recall': { w.varint(210); w.length(); writeRecall(w, value); break; } case 'complianceReceipt': { w.varint(218); w.length(); writeComplianceReceipt(w, value); break; } default: bail(); } } }
function readCaseObject(r: Reader, limit: number): any {
let $person: any = undefined, $organisation: any = undefined, $vehicle: any = undefined, $vessel: any = undefined, $container: any = undefined, $consignment: any = undefined, $document: any = undefined, $account: any = undefined, $cashAmount: any = undefined, $location: any = undefined, $communication: any = undefined, $identifiers: any = [], $provenance: any = undefined, $note: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const value = readPerson(r, r.stop(limit)); $person = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const value = readOrganisation(r, r.stop(limit)); $organisation = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const value = readVehicle(r, r.stop(limit)); $vehicle = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const value = readVessel(r, r.stop(limit)); $vessel = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const value = readContainer(r, r.stop(limit)); $container = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const value = readConsignment(r, r.stop(limit)); $consignment = value; break; }
case 58: { if (last >= 7) bail(); last = 7; const value = readDocument(r, r.stop(limit)); $document = value; break; }
case 66: { if (last >= 8) bail(); last = 8; const value = readAccount(r, r.stop(limit)); $account = value; break; }
case 74: { if (last >= 9) bail(); last = 9; const value = readCashAmount(r, r.stop(limit)); $cashAmount = value; break; }
case 82: { if (last >= 10) bail(); last = 10; const value = readLocation(r, r.stop(limit)); $location = value; break; }
case 90: { if (last >= 11) bail(); last = 11; const value = readCommunication(r, r.stop(limit)); $communication = value; break; }
case 242: { if (last > 30) bail(); last = 30; if ($identifiers.length >= 16) bail(); const value = readIdentifier(r, r.stop(limit)); $identifiers.push(value); break; }
case 250: { if (last >= 31) bail(); last = 31; const value = readProvenance(r, r.stop(limit)); $provenance = value; break; }
case 258: { if (last >= 32) bail(); last = 32; const stop = r.stop(limit); if ((stop - r.at) > 2000) bail(); const value = r.text(stop); if (value === '') bail(); $note = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { person: $person, organisation: $organisation, vehicle: $vehicle, vessel: $vessel, container: $container, consignment: $consignment, document: $document, account: $account, cashAmount: $cashAmount, location: $location, communication: $communication, identifiers: $identifiers, provenance: $provenance, note: $note };
}
function sizeCaseObject(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.person; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizePerson(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.organisation; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeOrganisation(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.vehicle; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeVehicle(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.vessel; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeVessel(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.container; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeContainer(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.consignment; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeConsignment(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.document; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeDocument(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.account; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeAccount(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.cashAmount; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeCashAmount(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.location; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeLocation(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.communication; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeCommunication(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const list = v.identifiers; if (list.length > 16) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeIdentifier(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; } }
{ const value = v.provenance; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeProvenance(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; } }
{ const value = v.note; if (!(value === '')) { const length = lengthOfText(value); if (length > 2000) bail(); size += 2 + varintSize(length) + length; } } return size; }
function writeCaseObject(w: Writer, v: any): void { { const value = v.person; if (!(value === undefined)) { w.varint(10); w.length(); writePerson(w, value); } }
{ const value = v.organisation; if (!(value === undefined)) { w.varint(18); w.length(); writeOrganisation(w, value); } }
{ const value = v.vehicle; if (!(value === undefined)) { w.varint(26); w.length(); writeVehicle(w, value); } }
{ const value = v.vessel; if (!(value === undefined)) { w.varint(34); w.length(); writeVessel(w, value); } }
{ const value = v.container; if (!(value === undefined)) { w.varint(42); w.length(); writeContainer(w, value); } }
{ const value = v.consignment; if (!(value === undefined)) { w.varint(50); w.length(); writeConsignment(w, value); } }
{ const value = v.document; if (!(value === undefined)) { w.varint(58); w.length(); writeDocument(w, value); } }
{ const value = v.account; if (!(value === undefined)) { w.varint(66); w.length(); writeAccount(w, value); } }
{ const value = v.cashAmount; if (!(value === undefined)) { w.varint(74); w.length(); writeCashAmount(w, value); } }
{ const value = v.location; if (!(value === undefined)) { w.varint(82); w.length(); writeLocation(w, value); } }
{ const value = v.communication; if (!(value === undefined)) { w.varint(90); w.length(); writeCommunication(w, value); } }
{ const list = v.identifiers; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(242); w.length(); writeIdentifier(w, value); } }
{ const value = v.provenance; if (!(value === undefined)) { w.varint(250); w.length(); writeProvenance(w, value); } }
{ const value = v.note; if (!(value === '')) { w.varint(258); w.text(value); } } }
function readCashAmount(r: Reader, limit: number): any {
let $amount: any = '', $currency: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 32) bail(); const value = r.text(stop); if (value === '') bail(); $amount = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 3) bail(); const value = r.text(stop); if (value === '') bail(); $currency = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { amount: $amount, currency: $currency };
}
function sizeCashAmount(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.amount; if (!(value === '')) { const length = lengthOfText(value); if (length > 32) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.currency; if (!(value === '')) { const length = lengthOfText(value); if (length > 3) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeCashAmount(w: Writer, v: any): void { { const value = v.amount; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.currency; if (!(value === '')) { w.varint(18); w.text(value); } } }
function readCertificateChain(r: Reader, limit: number): any {
let $certificates: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last > 1) bail(); last = 1; if ($certificates.length >= 6) bail(); const stop = r.stop(limit); if ((stop - r.at) > 8192) bail(); const value = r.view(stop); $certificates.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { certificates: $certificates };
}
function sizeCertificateChain(v: any): number { let size = 0; { const list = v.certificates; if (list.length > 6) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length > 8192) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeCertificateChain(w: Writer, v: any): void { { const list = v.certificates; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(10); w.bytes(value); } } }
function readClarificationRequest(r: Reader, limit: number): any {
let $question: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 50000) bail(); const value = r.text(stop); if (value === '') bail(); $question = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { question: $question };
}
function sizeClarificationRequest(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.question; if (!(value === '')) { const length = lengthOfText(value); if (length > 50000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeClarificationRequest(w: Writer, v: any): void { { const value = v.question; if (!(value === '')) { w.varint(10); w.text(value); } } }
function readClarification(r: Reader, limit: number): any {
let $answer: any = '', $objects: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 50000) bail(); const value = r.text(stop); if (value === '') bail(); $answer = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($objects.length >= 200) bail(); const value = readCaseObject(r, r.stop(limit)); $objects.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { answer: $answer, objects: $objects };
}
function sizeClarification(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.answer; if (!(value === '')) { const length = lengthOfText(value); if (length > 50000) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.objects; if (list.length > 200) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeCaseObject(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeClarification(w: Writer, v: any): void { { const value = v.answer; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const list = v.objects; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.length(); writeCaseObject(w, value); } } }
function readCloseShard(r: Reader, limit: number): any {
let $nextOrigin: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 128) bail(); const value = r.text(stop); if (value === '') bail(); $nextOrigin = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { nextOrigin: $nextOrigin };
}
function sizeCloseShard(v: any): number { let size = 0; { const value = v.nextOrigin; if (!(value === '')) { const length = lengthOfText(value); if (length > 128) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeCloseShard(w: Writer, v: any): void { { const value = v.nextOrigin; if (!(value === '')) { w.varint(10); w.text(value); } } }
function readCommunication(r: Reader, limit: number): any {
let $kind: any = '', $value: any = '', $provider: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $kind = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 500) bail(); const value = r.text(stop); if (value === '') bail(); $value = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $provider = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { kind: $kind, value: $value, provider: $provider };
}
function sizeCommunication(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.kind; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.value; if (!(value === '')) { const length = lengthOfText(value); if (length > 500) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.provider; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeCommunication(w: Writer, v: any): void { { const value = v.kind; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.value; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.provider; if (!(value === '')) { w.varint(26); w.text(value); } } }
function readComplianceReceipt(r: Reader, limit: number): any {
let $targetMessage: any = EMPTY, $actionDone: any = '', $doneAt: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $targetMessage = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $actionDone = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $doneAt = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($targetMessage.length === 0) bail();
return { targetMessage: $targetMessage, actionDone: $actionDone, doneAt: $doneAt };
}
function sizeComplianceReceipt(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.targetMessage; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.actionDone; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.doneAt; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeComplianceReceipt(w: Writer, v: any): void { { const value = v.targetMessage; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.actionDone; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.doneAt; if (!(value === '')) { w.varint(26); w.text(value); } } }
function readConfirmClock(r: Reader, limit: number): any {
let $atMs: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value === 0) bail(); $atMs = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { atMs: $atMs };
}
function sizeConfirmClock(v: any): number { let size = 0; { const value = v.atMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeConfirmClock(w: Writer, v: any): void { { const value = v.atMs; if (!(value === 0)) { w.varint(8); w.varint(value); } } }
function readConsignmentAcceptance(r: Reader, limit: number): any {
let $statement: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const value = readSignedLeaf(r, r.stop(limit)); $statement = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($statement === undefined) bail();
return { statement: $statement };
}
function sizeConsignmentAcceptance(v: any): number { let size = 0; { const value = v.statement; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeSignedLeaf(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); } return size; }
function writeConsignmentAcceptance(w: Writer, v: any): void { { const value = v.statement; if (!(value === undefined)) { w.varint(10); w.length(); writeSignedLeaf(w, value); } } }
function readConsignmentRejection(r: Reader, limit: number): any {
let $statement: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const value = readSignedLeaf(r, r.stop(limit)); $statement = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($statement === undefined) bail();
return { statement: $statement };
}
function sizeConsignmentRejection(v: any): number { let size = 0; { const value = v.statement; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeSignedLeaf(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); } return size; }
function writeConsignmentRejection(w: Writer, v: any): void { { const value = v.statement; if (!(value === undefined)) { w.varint(10); w.length(); writeSignedLeaf(w, value); } } }
function readConsignment(r: Reader, limit: number): any {
let $reference: any = '', $consignor: any = '', $consignee: any = '', $origin: any = '', $destination: any = '', $description: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 100) bail(); const value = r.text(stop); if (value === '') bail(); $reference = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 300) bail(); const value = r.text(stop); if (value === '') bail(); $consignor = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 300) bail(); const value = r.text(stop); if (value === '') bail(); $consignee = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 2) bail(); const value = r.text(stop); if (value === '') bail(); $origin = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 2) bail(); const value = r.text(stop); if (value === '') bail(); $destination = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) > 2000) bail(); const value = r.text(stop); if (value === '') bail(); $description = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { reference: $reference, consignor: $consignor, consignee: $consignee, origin: $origin, destination: $destination, description: $description };
}
function sizeConsignment(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.reference; if (!(value === '')) { const length = lengthOfText(value); if (length > 100) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.consignor; if (!(value === '')) { const length = lengthOfText(value); if (length > 300) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.consignee; if (!(value === '')) { const length = lengthOfText(value); if (length > 300) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.origin; if (!(value === '')) { const length = lengthOfText(value); if (length > 2) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.destination; if (!(value === '')) { const length = lengthOfText(value); if (length > 2) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.description; if (!(value === '')) { const length = lengthOfText(value); if (length > 2000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeConsignment(w: Writer, v: any): void { { const value = v.reference; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.consignor; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.consignee; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.origin; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.destination; if (!(value === '')) { w.varint(42); w.text(value); } }
{ const value = v.description; if (!(value === '')) { w.varint(50); w.text(value); } } }
function readContainer(r: Reader, limit: number): any {
let $number: any = '', $sizeType: any = '', $seals: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 16) bail(); const value = r.text(stop); if (value === '') bail(); $number = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 4) bail(); const value = r.text(stop); if (value === '') bail(); $sizeType = value; break; }
case 26: { if (last > 3) bail(); last = 3; if ($seals.length >= 16) bail(); const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); $seals.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { number: $number, sizeType: $sizeType, seals: $seals };
}
function sizeContainer(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.number; if (!(value === '')) { const length = lengthOfText(value); if (length > 16) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.sizeType; if (!(value === '')) { const length = lengthOfText(value); if (length > 4) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.seals; if (list.length > 16) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeContainer(w: Writer, v: any): void { { const value = v.number; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.sizeType; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const list = v.seals; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(26); w.text(value); } } }
function readContentAccessTracking(r: Reader, limit: number): any {
let $statement: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const value = readSignedLeaf(r, r.stop(limit)); $statement = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($statement === undefined) bail();
return { statement: $statement };
}
function sizeContentAccessTracking(v: any): number { let size = 0; { const value = v.statement; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeSignedLeaf(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); } return size; }
function writeContentAccessTracking(w: Writer, v: any): void { { const value = v.statement; if (!(value === undefined)) { w.varint(10); w.length(); writeSignedLeaf(w, value); } } }
function readContentErasure(r: Reader, limit: number): any {
let $messages: any = [], $blobs: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const end = r.stop(limit); if (end === r.at) bail(); while (r.at < end) { if ($messages.length >= 4096) bail(); const value = r.varint(end); $messages.push(value); } break; }
case 18: { if (last > 2) bail(); last = 2; if ($blobs.length >= 512) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); $blobs.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { messages: $messages, blobs: $blobs };
}
function sizeContentErasure(v: any): number { let size = 0; { const list = v.messages; if (list.length > 0) { if (list.length > 4096) bail(); const slot = lengths.push(0) - 1; let inner = 0; for (let i = 0; i < list.length; i++) inner += numberSize(list[i], 9007199254740991); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const list = v.blobs; if (list.length > 512) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeContentErasure(w: Writer, v: any): void { { const list = v.messages; if (list.length > 0) { w.varint(10); w.length(); for (let i = 0; i < list.length; i++) w.varint(list[i]); } }
{ const list = v.blobs; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.bytes(value); } } }
function readContentHandoverFailure(r: Reader, limit: number): any {
let $messageId: any = EMPTY, $sender: any = '', $recipient: any = '', $number: any = 0, $code: any = 0, $statement: any = undefined, $late: any = false;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $messageId = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $sender = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $recipient = value; break; }
case 32: { if (last >= 4) bail(); last = 4; const value = r.varint(limit); if (value === 0) bail(); $number = value; break; }
case 40: { if (last >= 5) bail(); last = 5; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $code = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const value = readSignedLeaf(r, r.stop(limit)); $statement = value; break; }
case 56: { if (last >= 7) bail(); last = 7; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $late = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($messageId.length === 0) bail();
return { messageId: $messageId, sender: $sender, recipient: $recipient, number: $number, code: $code, statement: $statement, late: $late };
}
function sizeContentHandoverFailure(v: any): number { let size = 0; { const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.sender; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.recipient; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.number; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.code; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.statement; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeSignedLeaf(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.late; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } } return size; }
function writeContentHandoverFailure(w: Writer, v: any): void { { const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.sender; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.recipient; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.number; if (!(value === 0)) { w.varint(32); w.varint(value); } }
{ const value = v.code; if (!(value === 0)) { w.varint(40); w.varint(value); } }
{ const value = v.statement; if (!(value === undefined)) { w.varint(50); w.length(); writeSignedLeaf(w, value); } }
{ const value = v.late; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(56); w.varint(value ? 1 : 0); } } }
function readContentHandover(r: Reader, limit: number): any {
let $statement: any = undefined, $late: any = false;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const value = readSignedLeaf(r, r.stop(limit)); $statement = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $late = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($statement === undefined) bail();
return { statement: $statement, late: $late };
}
function sizeContentHandover(v: any): number { let size = 0; { const value = v.statement; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeSignedLeaf(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); }
{ const value = v.late; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } } return size; }
function writeContentHandover(w: Writer, v: any): void { { const value = v.statement; if (!(value === undefined)) { w.varint(10); w.length(); writeSignedLeaf(w, value); } }
{ const value = v.late; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(16); w.varint(value ? 1 : 0); } } }
function readConveyance(r: Reader, limit: number): any {
let $mode: any = 0, $id: any = '', $carrier: any = '', $container: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 8) bail(); if (value === 0) bail(); $mode = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $id = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $carrier = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 16) bail(); const value = r.text(stop); if (value === '') bail(); $container = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { mode: $mode, id: $id, carrier: $carrier, container: $container };
}
function sizeConveyance(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.mode; if (!(value === 0)) { size += 1 + numberSize(value, 8); } }
{ const value = v.id; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.carrier; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.container; if (!(value === '')) { const length = lengthOfText(value); if (length > 16) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeConveyance(w: Writer, v: any): void { { const value = v.mode; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.id; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.carrier; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.container; if (!(value === '')) { w.varint(34); w.text(value); } } }
function readCorrection(r: Reader, limit: number): any {
let $targetMessage: any = EMPTY, $reason: any = '', $replacement: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $targetMessage = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $reason = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) !== 0 && (stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $replacement = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($targetMessage.length === 0) bail();
return { targetMessage: $targetMessage, reason: $reason, replacement: $replacement };
}
function sizeCorrection(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.targetMessage; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.reason; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.replacement; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 0 && length !== 16) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeCorrection(w: Writer, v: any): void { { const value = v.targetMessage; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.reason; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.replacement; if (!(lengthOfBytes(value) === 0)) { w.varint(26); w.bytes(value); } } }
function readDeadlineEvent(r: Reader, limit: number): any {
let $messageId: any = EMPTY, $sender: any = '', $recipient: any = '', $stage: any = 0, $dueAtMs: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $messageId = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $sender = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $recipient = value; break; }
case 32: { if (last >= 4) bail(); last = 4; const value = r.varint(limit); if (value > 3) bail(); if (value === 0) bail(); $stage = value; break; }
case 40: { if (last >= 5) bail(); last = 5; const value = r.varint(limit); if (value === 0) bail(); $dueAtMs = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($messageId.length === 0) bail();
return { messageId: $messageId, sender: $sender, recipient: $recipient, stage: $stage, dueAtMs: $dueAtMs };
}
function sizeDeadlineEvent(v: any): number { let size = 0; { const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.sender; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.recipient; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.stage; if (!(value === 0)) { size += 1 + numberSize(value, 3); } }
{ const value = v.dueAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeDeadlineEvent(w: Writer, v: any): void { { const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.sender; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.recipient; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.stage; if (!(value === 0)) { w.varint(32); w.varint(value); } }
{ const value = v.dueAtMs; if (!(value === 0)) { w.varint(40); w.varint(value); } } }
function readDeadlineNotice(r: Reader, limit: number): any {
let $cause: any = 0, $newEstimate: any = '', $explanation: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 2) bail(); if (value === 0) bail(); $cause = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $newEstimate = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $explanation = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { cause: $cause, newEstimate: $newEstimate, explanation: $explanation };
}
function sizeDeadlineNotice(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.cause; if (!(value === 0)) { size += 1 + numberSize(value, 2); } }
{ const value = v.newEstimate; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.explanation; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeDeadlineNotice(w: Writer, v: any): void { { const value = v.cause; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.newEstimate; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.explanation; if (!(value === '')) { w.varint(26); w.text(value); } } }
function readDeliver(r: Reader, limit: number): any {
let $checkpoint: any = EMPTY, $hashes: any = [], $deliveries: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 4096) bail(); const value = r.view(stop); if (value.length === 0) bail(); $checkpoint = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($hashes.length >= 65536) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); $hashes.push(value); break; }
case 26: { if (last > 3) bail(); last = 3; if ($deliveries.length >= 1024) bail(); const value = readDelivery(r, r.stop(limit)); $deliveries.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { checkpoint: $checkpoint, hashes: $hashes, deliveries: $deliveries };
}
function sizeDeliver(v: any): number { let size = 0; { const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.hashes; if (list.length > 65536) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.deliveries; if (list.length > 1024) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeDelivery(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeDeliver(w: Writer, v: any): void { { const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const list = v.hashes; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.bytes(value); } }
{ const list = v.deliveries; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(26); w.length(); writeDelivery(w, value); } } }
function readDelivery(r: Reader, limit: number): any {
let $mailbox: any = '', $number: any = 0, $acceptedAtMs: any = 0, $acceptedIndex: any = 0, $content: any;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $mailbox = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value === 0) bail(); $number = value; break; }
case 26: { if (last >= 3) bail(); last = 3; if ($content !== undefined) bail(); const value = readEnvelope(r, r.stop(limit)); $content = { kind: 'message', value }; break; }
case 34: { if (last >= 4) bail(); last = 4; if ($content !== undefined) bail(); const value = readLoggedEntry(r, r.stop(limit)); $content = { kind: 'ended', value }; break; }
case 40: { if (last >= 5) bail(); last = 5; const value = r.varint(limit); if (value === 0) bail(); $acceptedAtMs = value; break; }
case 48: { if (last >= 6) bail(); last = 6; const value = r.varint(limit); if (value === 0) bail(); $acceptedIndex = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($content === undefined) bail();
return { mailbox: $mailbox, number: $number, acceptedAtMs: $acceptedAtMs, acceptedIndex: $acceptedIndex, content: $content };
}
function sizeDelivery(v: any): number { let size = 0; { const value = v.mailbox; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.number; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const member = v.content; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'message': { const slot = lengths.push(0) - 1; const inner = sizeEnvelope(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'ended': { const slot = lengths.push(0) - 1; const inner = sizeLoggedEntry(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } default: bail(); } }
{ const value = v.acceptedAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.acceptedIndex; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeDelivery(w: Writer, v: any): void { { const value = v.mailbox; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.number; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const member = v.content; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'message': { w.varint(26); w.length(); writeEnvelope(w, value); break; } case 'ended': { w.varint(34); w.length(); writeLoggedEntry(w, value); break; } default: bail(); } }
{ const value = v.acceptedAtMs; if (!(value === 0)) { w.varint(40); w.varint(value); } }
{ const value = v.acceptedIndex; if (!(value === 0)) { w.varint(48); w.varint(value); } } }
function readDirectoryGet(r: Reader, limit: number): any {
let $request: any = 0, $mailboxes: any = [], $after: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($mailboxes.length >= 256) bail(); const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); $mailboxes.push(value); break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $after = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { request: $request, mailboxes: $mailboxes, after: $after };
}
function sizeDirectoryGet(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const list = v.mailboxes; if (list.length > 256) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.after; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeDirectoryGet(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const list = v.mailboxes; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.text(value); } }
{ const value = v.after; if (!(value === '')) { w.varint(26); w.text(value); } } }
function readDirectoryRecord(r: Reader, limit: number): any {
let $mailbox: any = '', $status: any = 0, $version: any = 0, $signingKeys: any = [], $keyStatement: any = undefined, $contact: any = '', $clearance: any = 0, $hostAgency: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $mailbox = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 2) bail(); if (value === 0) bail(); $status = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $version = value; break; }
case 34: { if (last > 4) bail(); last = 4; if ($signingKeys.length >= 16) bail(); const value = readSigningKey(r, r.stop(limit)); $signingKeys.push(value); break; }
case 42: { if (last >= 5) bail(); last = 5; const value = readSignedLeaf(r, r.stop(limit)); $keyStatement = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $contact = value; break; }
case 56: { if (last >= 7) bail(); last = 7; const value = r.varint(limit); if (value > 3) bail(); if (value === 0) bail(); $clearance = value; break; }
case 66: { if (last >= 8) bail(); last = 8; const stop = r.stop(limit); if ((stop - r.at) > 32) bail(); const value = r.text(stop); if (value === '') bail(); $hostAgency = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($keyStatement === undefined) bail();
return { mailbox: $mailbox, status: $status, version: $version, signingKeys: $signingKeys, keyStatement: $keyStatement, contact: $contact, clearance: $clearance, hostAgency: $hostAgency };
}
function sizeDirectoryRecord(v: any): number { let size = 0; { const value = v.mailbox; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.status; if (!(value === 0)) { size += 1 + numberSize(value, 2); } }
{ const value = v.version; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const list = v.signingKeys; if (list.length > 16) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeSigningKey(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.keyStatement; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeSignedLeaf(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); }
{ const value = v.contact; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.clearance; if (!(value === 0)) { size += 1 + numberSize(value, 3); } }
{ const value = v.hostAgency; if (!(value === '')) { const length = lengthOfText(value); if (length > 32) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeDirectoryRecord(w: Writer, v: any): void { { const value = v.mailbox; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.status; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.version; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const list = v.signingKeys; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.length(); writeSigningKey(w, value); } }
{ const value = v.keyStatement; if (!(value === undefined)) { w.varint(42); w.length(); writeSignedLeaf(w, value); } }
{ const value = v.contact; if (!(value === '')) { w.varint(50); w.text(value); } }
{ const value = v.clearance; if (!(value === 0)) { w.varint(56); w.varint(value); } }
{ const value = v.hostAgency; if (!(value === '')) { w.varint(66); w.text(value); } } }
function readDirectory(r: Reader, limit: number): any {
let $request: any = 0, $version: any = 0, $records: any = [], $unknown: any = [], $more: any = false;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value === 0) bail(); $version = value; break; }
case 26: { if (last > 3) bail(); last = 3; if ($records.length >= 256) bail(); const value = readDirectoryRecord(r, r.stop(limit)); $records.push(value); break; }
case 34: { if (last > 4) bail(); last = 4; if ($unknown.length >= 256) bail(); const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); $unknown.push(value); break; }
case 40: { if (last >= 5) bail(); last = 5; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $more = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { request: $request, version: $version, records: $records, unknown: $unknown, more: $more };
}
function sizeDirectory(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.version; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const list = v.records; if (list.length > 256) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeDirectoryRecord(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const list = v.unknown; if (list.length > 256) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.more; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } } return size; }
function writeDirectory(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.version; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const list = v.records; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(26); w.length(); writeDirectoryRecord(w, value); } }
{ const list = v.unknown; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.text(value); } }
{ const value = v.more; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(40); w.varint(value ? 1 : 0); } } }
function readDocument(r: Reader, limit: number): any {
let $type: any = '', $number: any = '', $country: any = '', $issuedOn: any = '', $expiresOn: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 100) bail(); const value = r.text(stop); if (value === '') bail(); $type = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 100) bail(); const value = r.text(stop); if (value === '') bail(); $number = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 2) bail(); const value = r.text(stop); if (value === '') bail(); $country = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 10) bail(); const value = r.text(stop); if (value === '') bail(); $issuedOn = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 10) bail(); const value = r.text(stop); if (value === '') bail(); $expiresOn = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { type: $type, number: $number, country: $country, issuedOn: $issuedOn, expiresOn: $expiresOn };
}
function sizeDocument(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.type; if (!(value === '')) { const length = lengthOfText(value); if (length > 100) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.number; if (!(value === '')) { const length = lengthOfText(value); if (length > 100) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.country; if (!(value === '')) { const length = lengthOfText(value); if (length > 2) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.issuedOn; if (!(value === '')) { const length = lengthOfText(value); if (length > 10) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.expiresOn; if (!(value === '')) { const length = lengthOfText(value); if (length > 10) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeDocument(w: Writer, v: any): void { { const value = v.type; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.number; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.country; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.issuedOn; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.expiresOn; if (!(value === '')) { w.varint(42); w.text(value); } } }
function readDropShard(r: Reader, limit: number): any {
let $origin: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 128) bail(); const value = r.text(stop); if (value === '') bail(); $origin = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { origin: $origin };
}
function sizeDropShard(v: any): number { let size = 0; { const value = v.origin; if (!(value === '')) { const length = lengthOfText(value); if (length > 128) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeDropShard(w: Writer, v: any): void { { const value = v.origin; if (!(value === '')) { w.varint(10); w.text(value); } } }
function readEncryptionKey(r: Reader, limit: number): any {
let $keyId: any = EMPTY, $jwk: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $keyId = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 512) bail(); const value = r.text(stop); if (value === '') bail(); $jwk = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($keyId.length === 0) bail();
return { keyId: $keyId, jwk: $jwk };
}
function sizeEncryptionKey(v: any): number { let size = 0; { const value = v.keyId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.jwk; if (!(value === '')) { const length = lengthOfText(value); if (length > 512) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeEncryptionKey(w: Writer, v: any): void { { const value = v.keyId; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.jwk; if (!(value === '')) { w.varint(18); w.text(value); } } }
function readEndAgreement(r: Reader, limit: number): any {
let $agreementId: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $agreementId = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($agreementId.length === 0) bail();
return { agreementId: $agreementId };
}
function sizeEndAgreement(v: any): number { let size = 0; { const value = v.agreementId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); } return size; }
function writeEndAgreement(w: Writer, v: any): void { { const value = v.agreementId; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } } }
function readEndGroup(r: Reader, limit: number): any {
let $groupId: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $groupId = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($groupId.length === 0) bail();
return { groupId: $groupId };
}
function sizeEndGroup(v: any): number { let size = 0; { const value = v.groupId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); } return size; }
function writeEndGroup(w: Writer, v: any): void { { const value = v.groupId; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } } }
function readEnrol(r: Reader, limit: number): any {
let $agency: any = '', $units: any = [], $tls: any = [], $signing: any = [], $keyStatements: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 32) bail(); const value = r.text(stop); if (value === '') bail(); $agency = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($units.length >= 64) bail(); const stop = r.stop(limit); if ((stop - r.at) > 31) bail(); const value = r.text(stop); $units.push(value); break; }
case 26: { if (last > 3) bail(); last = 3; if ($tls.length >= 8) bail(); const value = readCertificateChain(r, r.stop(limit)); $tls.push(value); break; }
case 34: { if (last > 4) bail(); last = 4; if ($signing.length >= 8) bail(); const value = readCertificateChain(r, r.stop(limit)); $signing.push(value); break; }
case 42: { if (last > 5) bail(); last = 5; if ($keyStatements.length >= 64) bail(); const value = readSignedLeaf(r, r.stop(limit)); $keyStatements.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { agency: $agency, units: $units, tls: $tls, signing: $signing, keyStatements: $keyStatements };
}
function sizeEnrol(v: any): number { let size = 0; { const value = v.agency; if (!(value === '')) { const length = lengthOfText(value); if (length > 32) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.units; if (list.length > 64) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 31) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.tls; if (list.length > 8) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeCertificateChain(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const list = v.signing; if (list.length > 8) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeCertificateChain(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const list = v.keyStatements; if (list.length > 64) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeSignedLeaf(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeEnrol(w: Writer, v: any): void { { const value = v.agency; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const list = v.units; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.text(value); } }
{ const list = v.tls; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(26); w.length(); writeCertificateChain(w, value); } }
{ const list = v.signing; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.length(); writeCertificateChain(w, value); } }
{ const list = v.keyStatements; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(42); w.length(); writeSignedLeaf(w, value); } } }
function readEntry(r: Reader, limit: number): any {
let $blind: any = EMPTY, $atMs: any = 0, $event: any;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $blind = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value === 0) bail(); $atMs = value; break; }
case 82: { if (last >= 10) bail(); last = 10; if ($event !== undefined) bail(); const value = readShardOpen(r, r.stop(limit)); $event = { kind: 'shardOpen', value }; break; }
case 98: { if (last >= 12) bail(); last = 12; if ($event !== undefined) bail(); const value = readTick(r, r.stop(limit)); $event = { kind: 'tick', value }; break; }
case 114: { if (last >= 14) bail(); last = 14; if ($event !== undefined) bail(); const value = readShardClose(r, r.stop(limit)); $event = { kind: 'shardClose', value }; break; }
case 122: { if (last >= 15) bail(); last = 15; if ($event !== undefined) bail(); const value = readSnapshot(r, r.stop(limit)); $event = { kind: 'snapshot', value }; break; }
case 162: { if (last >= 20) bail(); last = 20; if ($event !== undefined) bail(); const value = readSubmissionAcceptance(r, r.stop(limit)); $event = { kind: 'submissionAcceptance', value }; break; }
case 170: { if (last >= 21) bail(); last = 21; if ($event !== undefined) bail(); const value = readSubmissionRejection(r, r.stop(limit)); $event = { kind: 'submissionRejection', value }; break; }
case 218: { if (last >= 27) bail(); last = 27; if ($event !== undefined) bail(); const value = readContentHandover(r, r.stop(limit)); $event = { kind: 'contentHandover', value }; break; }
case 226: { if (last >= 28) bail(); last = 28; if ($event !== undefined) bail(); const value = readContentHandoverFailure(r, r.stop(limit)); $event = { kind: 'contentHandoverFailure', value }; break; }
case 242: { if (last >= 30) bail(); last = 30; if ($event !== undefined) bail(); const value = readPurge(r, r.stop(limit)); $event = { kind: 'purge', value }; break; }
case 250: { if (last >= 31) bail(); last = 31; if ($event !== undefined) bail(); const value = readContentAccessTracking(r, r.stop(limit)); $event = { kind: 'contentAccessTracking', value }; break; }
case 258: { if (last >= 32) bail(); last = 32; if ($event !== undefined) bail(); const value = readConsignmentAcceptance(r, r.stop(limit)); $event = { kind: 'consignmentAcceptance', value }; break; }
case 266: { if (last >= 33) bail(); last = 33; if ($event !== undefined) bail(); const value = readConsignmentRejection(r, r.stop(limit)); $event = { kind: 'consignmentRejection', value }; break; }
case 274: { if (last >= 34) bail(); last = 34; if ($event !== undefined) bail(); const value = readAcceptanceRejectionExpiry(r, r.stop(limit)); $event = { kind: 'acceptanceRejectionExpiry', value }; break; }
case 282: { if (last >= 35) bail(); last = 35; if ($event !== undefined) bail(); const value = readDeadlineEvent(r, r.stop(limit)); $event = { kind: 'deadlineEvent', value }; break; }
case 290: { if (last >= 36) bail(); last = 36; if ($event !== undefined) bail(); const value = readContentErasure(r, r.stop(limit)); $event = { kind: 'contentErasure', value }; break; }
case 322: { if (last >= 40) bail(); last = 40; if ($event !== undefined) bail(); const value = readOperatorAct(r, r.stop(limit)); $event = { kind: 'operatorAct', value }; break; }
case 330: { if (last >= 41) bail(); last = 41; if ($event !== undefined) bail(); const value = readKeyRevoked(r, r.stop(limit)); $event = { kind: 'keyRevoked', value }; break; }
case 338: { if (last >= 42) bail(); last = 42; if ($event !== undefined) bail(); const value = readGroupChange(r, r.stop(limit)); $event = { kind: 'groupChange', value }; break; }
case 402: { if (last >= 50) bail(); last = 50; if ($event !== undefined) bail(); const value = readSessionOpened(r, r.stop(limit)); $event = { kind: 'sessionOpened', value }; break; }
case 410: { if (last >= 51) bail(); last = 51; if ($event !== undefined) bail(); const value = readSessionClosed(r, r.stop(limit)); $event = { kind: 'sessionClosed', value }; break; }
case 418: { if (last >= 52) bail(); last = 52; if ($event !== undefined) bail(); const value = readRefusalSummary(r, r.stop(limit)); $event = { kind: 'refusalSummary', value }; break; }
case 426: { if (last >= 53) bail(); last = 53; if ($event !== undefined) bail(); const value = readAuditRead(r, r.stop(limit)); $event = { kind: 'auditRead', value }; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($blind.length === 0 || $event === undefined) bail();
return { blind: $blind, atMs: $atMs, event: $event };
}
function sizeEntry(v: any): number { let size = 0; { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.atMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const member = v.event; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'shardOpen': { const slot = lengths.push(0) - 1; const inner = sizeShardOpen(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'tick': { const slot = lengths.push(0) - 1; const inner = sizeTick(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'shardClose': { const slot = lengths.push(0) - 1; const inner = sizeShardClose(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'snapshot': { const slot = lengths.push(0) - 1; const inner = sizeSnapshot(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'submissionAcceptance': { const slot = lengths.push(0) - 1; const inner = sizeSubmissionAcceptance(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'submissionRejection': { const slot = lengths.push(0) - 1; const inner = sizeSubmissionRejection(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'contentHandover': { const slot = lengths.push(0) - 1; const inner = sizeContentHandover(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'contentHandoverFailure': { const slot = lengths.push(0) - 1; const inner = sizeContentHandoverFailure(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'purge': { const slot = lengths.push(0) - 1; const inner = sizePurge(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'contentAccessTracking': { const slot = lengths.push(0) - 1; const inner = sizeContentAccessTracking(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'consignmentAcceptance': { const slot = lengths.push(0) - 1; const inner = sizeConsignmentAcceptance(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'consignmentRejection': { const slot = lengths.push(0) - 1; const inner = sizeConsignmentRejection(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'acceptanceRejectionExpiry': { const slot = lengths.push(0) - 1; const inner = sizeAcceptanceRejectionExpiry(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'deadlineEvent': { const slot = lengths.push(0) - 1; const inner = sizeDeadlineEvent(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'contentErasure': { const slot = lengths.push(0) - 1; const inner = sizeContentErasure(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'operatorAct': { const slot = lengths.push(0) - 1; const inner = sizeOperatorAct(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'keyRevoked': { const slot = lengths.push(0) - 1; const inner = sizeKeyRevoked(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'groupChange': { const slot = lengths.push(0) - 1; const inner = sizeGroupChange(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'sessionOpened': { const slot = lengths.push(0) - 1; const inner = sizeSessionOpened(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'sessionClosed': { const slot = lengths.push(0) - 1; const inner = sizeSessionClosed(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'refusalSummary': { const slot = lengths.push(0) - 1; const inner = sizeRefusalSummary(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'auditRead': { const slot = lengths.push(0) - 1; const inner = sizeAuditRead(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } default: bail(); } } return size; }
function writeEntry(w: Writer, v: any): void { { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.atMs; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const member = v.event; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'shardOpen': { w.varint(82); w.length(); writeShardOpen(w, value); break; } case 'tick': { w.varint(98); w.length(); writeTick(w, value); break; } case 'shardClose': { w.varint(114); w.length(); writeShardClose(w, value); break; } case 'snapshot': { w.varint(122); w.length(); writeSnapshot(w, value); break; } case 'submissionAcceptance': { w.varint(162); w.length(); writeSubmissionAcceptance(w, value); break; } case 'submissionRejection': { w.varint(170); w.length(); writeSubmissionRejection(w, value); break; } case 'contentHandover': { w.varint(218); w.length(); writeContentHandover(w, value); break; } case 'contentHandoverFailure': { w.varint(226); w.length(); writeContentHandoverFailure(w, value); break; } case 'purge': { w.varint(242); w.length(); writePurge(w, value); break; } case 'contentAccessTracking': { w.varint(250); w.length(); writeContentAccessTracking(w, value); break; } case 'consignmentAcceptance': { w.varint(258); w.length(); writeConsignmentAcceptance(w, value); break; } case 'consignmentRejection': { w.varint(266); w.length(); writeConsignmentRejection(w, value); break; } case 'acceptanceRejectionExpiry': { w.varint(274); w.length(); writeAcceptanceRejectionExpiry(w, value); break; } case 'deadlineEvent': { w.varint(282); w.length(); writeDeadlineEvent(w, value); break; } case 'contentErasure': { w.varint(290); w.length(); writeContentErasure(w, value); break; } case 'operatorAct': { w.varint(322); w.length(); writeOperatorAct(w, value); break; } case 'keyRevoked': { w.varint(330); w.length(); writeKeyRevoked(w, value); break; } case 'groupChange': { w.varint(338); w.length(); writeGroupChange(w, value); break; } case 'sessionOpened': { w.varint(402); w.length(); writeSessionOpened(w, value); break; } case 'sessionClosed': { w.varint(410); w.length(); writeSessionClosed(w, value); break; } case 'refusalSummary': { w.varint(418); w.length(); writeRefusalSummary(w, value); break; } case 'auditRead': { w.varint(426); w.length(); writeAuditRead(w, value); break; } default: bail(); } } }
function readEnvelope(r: Reader, limit: number): any {
let $header: any = EMPTY, $signature: any = undefined, $path: any = undefined, $content: any = EMPTY, $wrappedKeys: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 52000) bail(); const value = r.view(stop); if (value.length === 0) bail(); $header = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const value = readBatchSignature(r, r.stop(limit)); $signature = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const value = readPath(r, r.stop(limit)); $path = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 300000) bail(); const value = r.view(stop); if (value.length === 0) bail(); $content = value; break; }
case 42: { if (last > 5) bail(); last = 5; if ($wrappedKeys.length >= 256) bail(); const stop = r.stop(limit); if ((stop - r.at) > 2048) bail(); const value = r.view(stop); $wrappedKeys.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($signature === undefined || $path === undefined) bail();
return { header: $header, signature: $signature, path: $path, content: $content, wrappedKeys: $wrappedKeys };
}
function sizeEnvelope(v: any): number { let size = 0; { const value = v.header; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 52000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.signature; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeBatchSignature(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); }
{ const value = v.path; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizePath(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); }
{ const value = v.content; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 300000) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.wrappedKeys; if (list.length > 256) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length > 2048) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeEnvelope(w: Writer, v: any): void { { const value = v.header; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.signature; if (!(value === undefined)) { w.varint(18); w.length(); writeBatchSignature(w, value); } }
{ const value = v.path; if (!(value === undefined)) { w.varint(26); w.length(); writePath(w, value); } }
{ const value = v.content; if (!(lengthOfBytes(value) === 0)) { w.varint(34); w.bytes(value); } }
{ const list = v.wrappedKeys; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(42); w.bytes(value); } } }
function readError(r: Reader, limit: number): any {
let $request: any = 0, $code: any = 0, $text: any = '', $retry: any = false;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $code = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $text = value; break; }
case 32: { if (last >= 4) bail(); last = 4; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $retry = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { request: $request, code: $code, text: $text, retry: $retry };
}
function sizeError(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.code; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.text; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.retry; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } } return size; }
function writeError(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.code; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.text; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.retry; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(32); w.varint(value ? 1 : 0); } } }
function readEvaluation(r: Reader, limit: number): any {
let $sourceCode: any = 0, $infoCode: any = 0, $assessedByUnit: any = '', $assessedAtMs: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4) bail(); if (value === 0) bail(); $sourceCode = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 4) bail(); if (value === 0) bail(); $infoCode = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $assessedByUnit = value; break; }
case 32: { if (last >= 4) bail(); last = 4; const value = r.varint(limit); if (value === 0) bail(); $assessedAtMs = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { sourceCode: $sourceCode, infoCode: $infoCode, assessedByUnit: $assessedByUnit, assessedAtMs: $assessedAtMs };
}
function sizeEvaluation(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.sourceCode; if (!(value === 0)) { size += 1 + numberSize(value, 4); } }
{ const value = v.infoCode; if (!(value === 0)) { size += 1 + numberSize(value, 4); } }
{ const value = v.assessedByUnit; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.assessedAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeEvaluation(w: Writer, v: any): void { { const value = v.sourceCode; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.infoCode; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.assessedByUnit; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.assessedAtMs; if (!(value === 0)) { w.varint(32); w.varint(value); } } }
function readEventStatement(r: Reader, limit: number): any {
let $blind: any = EMPTY, $messageId: any = EMPTY, $sender: any = '', $recipient: any = '', $number: any = 0, $headerDigest: any = EMPTY, $event: any = 0, $atMs: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $blind = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $messageId = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $sender = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $recipient = value; break; }
case 40: { if (last >= 5) bail(); last = 5; const value = r.varint(limit); if (value === 0) bail(); $number = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $headerDigest = value; break; }
case 56: { if (last >= 7) bail(); last = 7; const value = r.varint(limit); if (value > 3) bail(); if (value === 0) bail(); $event = value; break; }
case 64: { if (last >= 8) bail(); last = 8; const value = r.varint(limit); if (value === 0) bail(); $atMs = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($blind.length === 0 || $messageId.length === 0 || $headerDigest.length === 0) bail();
return { blind: $blind, messageId: $messageId, sender: $sender, recipient: $recipient, number: $number, headerDigest: $headerDigest, event: $event, atMs: $atMs };
}
function sizeEventStatement(v: any): number { let size = 0; { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.sender; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.recipient; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.number; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.headerDigest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.event; if (!(value === 0)) { size += 1 + numberSize(value, 3); } }
{ const value = v.atMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeEventStatement(w: Writer, v: any): void { { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const value = v.sender; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.recipient; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.number; if (!(value === 0)) { w.varint(40); w.varint(value); } }
{ const value = v.headerDigest; if (!(lengthOfBytes(value) === 0)) { w.varint(50); w.bytes(value); } }
{ const value = v.event; if (!(value === 0)) { w.varint(56); w.varint(value); } }
{ const value = v.atMs; if (!(value === 0)) { w.varint(64); w.varint(value); } } }
function readEventsResult(r: Reader, limit: number): any {
let $request: any = 0, $items: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($items.length >= 1024) bail(); const value = readHandoverResultItem(r, r.stop(limit)); $items.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { request: $request, items: $items };
}
function sizeEventsResult(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const list = v.items; if (list.length > 1024) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeHandoverResultItem(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeEventsResult(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const list = v.items; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.length(); writeHandoverResultItem(w, value); } } }
function readEvents(r: Reader, limit: number): any {
let $request: any = 0, $statements: any = [], $signature: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($statements.length >= 1024) bail(); const stop = r.stop(limit); if ((stop - r.at) > 512) bail(); const value = r.view(stop); $statements.push(value); break; }
case 26: { if (last >= 3) bail(); last = 3; const value = readBatchSignature(r, r.stop(limit)); $signature = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($signature === undefined) bail();
return { request: $request, statements: $statements, signature: $signature };
}
function sizeEvents(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const list = v.statements; if (list.length > 1024) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length > 512) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.signature; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeBatchSignature(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); } return size; }
function writeEvents(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const list = v.statements; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.bytes(value); } }
{ const value = v.signature; if (!(value === undefined)) { w.varint(26); w.length(); writeBatchSignature(w, value); } } }
function readEvidence(r: Reader, limit: number): any {
let $checkpoint: any = EMPTY, $hashes: any = [], $entries: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 4096) bail(); const value = r.view(stop); if (value.length === 0) bail(); $checkpoint = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($hashes.length >= 65536) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); $hashes.push(value); break; }
case 26: { if (last > 3) bail(); last = 3; if ($entries.length >= 1024) bail(); const value = readLoggedEntry(r, r.stop(limit)); $entries.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { checkpoint: $checkpoint, hashes: $hashes, entries: $entries };
}
function sizeEvidence(v: any): number { let size = 0; { const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.hashes; if (list.length > 65536) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.entries; if (list.length > 1024) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeLoggedEntry(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeEvidence(w: Writer, v: any): void { { const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const list = v.hashes; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.bytes(value); } }
{ const list = v.entries; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(26); w.length(); writeLoggedEntry(w, value); } } }
function readFrame(r: Reader, limit: number): any {
let $frame: any;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; if ($frame !== undefined) bail(); const value = readHello(r, r.stop(limit)); $frame = { kind: 'hello', value }; break; }
case 18: { if (last >= 2) bail(); last = 2; if ($frame !== undefined) bail(); const value = readWelcome(r, r.stop(limit)); $frame = { kind: 'welcome', value }; break; }
case 26: { if (last >= 3) bail(); last = 3; if ($frame !== undefined) bail(); const value = readSubmit(r, r.stop(limit)); $frame = { kind: 'submit', value }; break; }
case 34: { if (last >= 4) bail(); last = 4; if ($frame !== undefined) bail(); const value = readSubmitResult(r, r.stop(limit)); $frame = { kind: 'submitResult', value }; break; }
case 42: { if (last >= 5) bail(); last = 5; if ($frame !== undefined) bail(); const value = readReady(r, r.stop(limit)); $frame = { kind: 'ready', value }; break; }
case 50: { if (last >= 6) bail(); last = 6; if ($frame !== undefined) bail(); const value = readDeliver(r, r.stop(limit)); $frame = { kind: 'deliver', value }; break; }
case 58: { if (last >= 7) bail(); last = 7; if ($frame !== undefined) bail(); const value = readHandover(r, r.stop(limit)); $frame = { kind: 'handover', value }; break; }
case 66: { if (last >= 8) bail(); last = 8; if ($frame !== undefined) bail(); const value = readHandoverResult(r, r.stop(limit)); $frame = { kind: 'handoverResult', value }; break; }
case 74: { if (last >= 9) bail(); last = 9; if ($frame !== undefined) bail(); const value = readEvidence(r, r.stop(limit)); $frame = { kind: 'evidence', value }; break; }
case 82: { if (last >= 10) bail(); last = 10; if ($frame !== undefined) bail(); const value = readProofGet(r, r.stop(limit)); $frame = { kind: 'proofGet', value }; break; }
case 90: { if (last >= 11) bail(); last = 11; if ($frame !== undefined) bail(); const value = readProofs(r, r.stop(limit)); $frame = { kind: 'proofs', value }; break; }
case 122: { if (last >= 15) bail(); last = 15; if ($frame !== undefined) bail(); const value = readDirectoryGet(r, r.stop(limit)); $frame = { kind: 'directoryGet', value }; break; }
case 130: { if (last >= 16) bail(); last = 16; if ($frame !== undefined) bail(); const value = readDirectory(r, r.stop(limit)); $frame = { kind: 'directory', value }; break; }
case 138: { if (last >= 17) bail(); last = 17; if ($frame !== undefined) bail(); const value = readError(r, r.stop(limit)); $frame = { kind: 'error', value }; break; }
case 146: { if (last >= 18) bail(); last = 18; if ($frame !== undefined) bail(); const value = readGoAway(r, r.stop(limit)); $frame = { kind: 'goAway', value }; break; }
case 154: { if (last >= 19) bail(); last = 19; if ($frame !== undefined) bail(); const value = readPing(r, r.stop(limit)); $frame = { kind: 'ping', value }; break; }
case 162: { if (last >= 20) bail(); last = 20; if ($frame !== undefined) bail(); const value = readPong(r, r.stop(limit)); $frame = { kind: 'pong', value }; break; }
case 170: { if (last >= 21) bail(); last = 21; if ($frame !== undefined) bail(); const value = readEvents(r, r.stop(limit)); $frame = { kind: 'events', value }; break; }
case 178: { if (last >= 22) bail(); last = 22; if ($frame !== undefined) bail(); const value = readEventsResult(r, r.stop(limit)); $frame = { kind: 'eventsResult', value }; break; }
case 186: { if (last >= 23) bail(); last = 23; if ($frame !== undefined) bail(); const value = readGroupGet(r, r.stop(limit)); $frame = { kind: 'groupGet', value }; break; }
case 194: { if (last >= 24) bail(); last = 24; if ($frame !== undefined) bail(); const value = readGroups(r, r.stop(limit)); $frame = { kind: 'groups', value }; break; }
case 202: { if (last >= 25) bail(); last = 25; if ($frame !== undefined) bail(); const value = readGroupPut(r, r.stop(limit)); $frame = { kind: 'groupPut', value }; break; }
case 210: { if (last >= 26) bail(); last = 26; if ($frame !== undefined) bail(); const value = readGroupPutResult(r, r.stop(limit)); $frame = { kind: 'groupPutResult', value }; break; }
case 218: { if (last >= 27) bail(); last = 27; if ($frame !== undefined) bail(); const value = readBlobPut(r, r.stop(limit)); $frame = { kind: 'blobPut', value }; break; }
case 226: { if (last >= 28) bail(); last = 28; if ($frame !== undefined) bail(); const value = readBlobState(r, r.stop(limit)); $frame = { kind: 'blobState', value }; break; }
case 234: { if (last >= 29) bail(); last = 29; if ($frame !== undefined) bail(); const value = readBlobChunk(r, r.stop(limit)); $frame = { kind: 'blobChunk', value }; break; }
case 242: { if (last >= 30) bail(); last = 30; if ($frame !== undefined) bail(); const value = readBlobGet(r, r.stop(limit)); $frame = { kind: 'blobGet', value }; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($frame === undefined) bail();
return { frame: $frame };
}
function sizeFrame(v: any): number { let size = 0; { const member = v.frame; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'hello': { const slot = lengths.push(0) - 1; const inner = sizeHello(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'welcome': { const slot = lengths.push(0) - 1; const inner = sizeWelcome(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'submit': { const slot = lengths.push(0) - 1; const inner = sizeSubmit(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'submitResult': { const slot = lengths.push(0) - 1; const inner = sizeSubmitResult(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'ready': { const slot = lengths.push(0) - 1; const inner = sizeReady(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'deliver': { const slot = lengths.push(0) - 1; const inner = sizeDeliver(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'handover': { const slot = lengths.push(0) - 1; const inner = sizeHandover(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'handoverResult': { const slot = lengths.push(0) - 1; const inner = sizeHandoverResult(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'evidence': { const slot = lengths.push(0) - 1; const inner = sizeEvidence(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'proofGet': { const slot = lengths.push(0) - 1; const inner = sizeProofGet(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'proofs': { const slot = lengths.push(0) - 1; const inner = sizeProofs(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'directoryGet': { const slot = lengths.push(0) - 1; const inner = sizeDirectoryGet(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'directory': { const slot = lengths.push(0) - 1; const inner = sizeDirectory(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'error': { const slot = lengths.push(0) - 1; const inner = sizeError(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'goAway': { const slot = lengths.push(0) - 1; const inner = sizeGoAway(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'ping': { const slot = lengths.push(0) - 1; const inner = sizePing(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'pong': { const slot = lengths.push(0) - 1; const inner = sizePong(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'events': { const slot = lengths.push(0) - 1; const inner = sizeEvents(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'eventsResult': { const slot = lengths.push(0) - 1; const inner = sizeEventsResult(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'groupGet': { const slot = lengths.push(0) - 1; const inner = sizeGroupGet(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'groups': { const slot = lengths.push(0) - 1; const inner = sizeGroups(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'groupPut': { const slot = lengths.push(0) - 1; const inner = sizeGroupPut(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'groupPutResult': { const slot = lengths.push(0) - 1; const inner = sizeGroupPutResult(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'blobPut': { const slot = lengths.push(0) - 1; const inner = sizeBlobPut(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'blobState': { const slot = lengths.push(0) - 1; const inner = sizeBlobState(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'blobChunk': { const slot = lengths.push(0) - 1; const inner = sizeBlobChunk(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'blobGet': { const slot = lengths.push(0) - 1; const inner = sizeBlobGet(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } default: bail(); } } return size; }
function writeFrame(w: Writer, v: any): void { { const member = v.frame; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'hello': { w.varint(10); w.length(); writeHello(w, value); break; } case 'welcome': { w.varint(18); w.length(); writeWelcome(w, value); break; } case 'submit': { w.varint(26); w.length(); writeSubmit(w, value); break; } case 'submitResult': { w.varint(34); w.length(); writeSubmitResult(w, value); break; } case 'ready': { w.varint(42); w.length(); writeReady(w, value); break; } case 'deliver': { w.varint(50); w.length(); writeDeliver(w, value); break; } case 'handover': { w.varint(58); w.length(); writeHandover(w, value); break; } case 'handoverResult': { w.varint(66); w.length(); writeHandoverResult(w, value); break; } case 'evidence': { w.varint(74); w.length(); writeEvidence(w, value); break; } case 'proofGet': { w.varint(82); w.length(); writeProofGet(w, value); break; } case 'proofs': { w.varint(90); w.length(); writeProofs(w, value); break; } case 'directoryGet': { w.varint(122); w.length(); writeDirectoryGet(w, value); break; } case 'directory': { w.varint(130); w.length(); writeDirectory(w, value); break; } case 'error': { w.varint(138); w.length(); writeError(w, value); break; } case 'goAway': { w.varint(146); w.length(); writeGoAway(w, value); break; } case 'ping': { w.varint(154); w.length(); writePing(w, value); break; } case 'pong': { w.varint(162); w.length(); writePong(w, value); break; } case 'events': { w.varint(170); w.length(); writeEvents(w, value); break; } case 'eventsResult': { w.varint(178); w.length(); writeEventsResult(w, value); break; } case 'groupGet': { w.varint(186); w.length(); writeGroupGet(w, value); break; } case 'groups': { w.varint(194); w.length(); writeGroups(w, value); break; } case 'groupPut': { w.varint(202); w.length(); writeGroupPut(w, value); break; } case 'groupPutResult': { w.varint(210); w.length(); writeGroupPutResult(w, value); break; } case 'blobPut': { w.varint(218); w.length(); writeBlobPut(w, value); break; } case 'blobState': { w.varint(226); w.length(); writeBlobState(w, value); break; } case 'blobChunk': { w.varint(234); w.length(); writeBlobChunk(w, value); break; } case 'blobGet': { w.varint(242); w.length(); writeBlobGet(w, value); break; } default: bail(); } } }
function readGoAway(r: Reader, limit: number): any {
let $code: any = 0, $text: any = '', $retryAfterMs: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $code = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $text = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $retryAfterMs = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { code: $code, text: $text, retryAfterMs: $retryAfterMs };
}
function sizeGoAway(v: any): number { let size = 0; { const value = v.code; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.text; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.retryAfterMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeGoAway(w: Writer, v: any): void { { const value = v.code; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.text; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.retryAfterMs; if (!(value === 0)) { w.varint(24); w.varint(value); } } }
function readGoods(r: Reader, limit: number): any {
let $commodity: any = 0, $hs: any = '', $description: any = '', $quantity: any = '', $unit: any = '', $value: any = '', $currency: any = '', $brand: any = '', $cites: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 14) bail(); if (value === 0) bail(); $commodity = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 10) bail(); const value = r.text(stop); if (value === '') bail(); $hs = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 2000) bail(); const value = r.text(stop); if (value === '') bail(); $description = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 32) bail(); const value = r.text(stop); if (value === '') bail(); $quantity = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 32) bail(); const value = r.text(stop); if (value === '') bail(); $unit = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) > 32) bail(); const value = r.text(stop); if (value === '') bail(); $value = value; break; }
case 58: { if (last >= 7) bail(); last = 7; const stop = r.stop(limit); if ((stop - r.at) > 3) bail(); const value = r.text(stop); if (value === '') bail(); $currency = value; break; }
case 66: { if (last >= 8) bail(); last = 8; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $brand = value; break; }
case 74: { if (last >= 9) bail(); last = 9; const stop = r.stop(limit); if ((stop - r.at) > 3) bail(); const value = r.text(stop); if (value === '') bail(); $cites = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { commodity: $commodity, hs: $hs, description: $description, quantity: $quantity, unit: $unit, value: $value, currency: $currency, brand: $brand, cites: $cites };
}
function sizeGoods(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.commodity; if (!(value === 0)) { size += 1 + numberSize(value, 14); } }
{ const value = v.hs; if (!(value === '')) { const length = lengthOfText(value); if (length > 10) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.description; if (!(value === '')) { const length = lengthOfText(value); if (length > 2000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.quantity; if (!(value === '')) { const length = lengthOfText(value); if (length > 32) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.unit; if (!(value === '')) { const length = lengthOfText(value); if (length > 32) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.value; if (!(value === '')) { const length = lengthOfText(value); if (length > 32) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.currency; if (!(value === '')) { const length = lengthOfText(value); if (length > 3) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.brand; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.cites; if (!(value === '')) { const length = lengthOfText(value); if (length > 3) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeGoods(w: Writer, v: any): void { { const value = v.commodity; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.hs; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.description; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.quantity; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.unit; if (!(value === '')) { w.varint(42); w.text(value); } }
{ const value = v.value; if (!(value === '')) { w.varint(50); w.text(value); } }
{ const value = v.currency; if (!(value === '')) { w.varint(58); w.text(value); } }
{ const value = v.brand; if (!(value === '')) { w.varint(66); w.text(value); } }
{ const value = v.cites; if (!(value === '')) { w.varint(74); w.text(value); } } }
function readGrant(r: Reader, limit: number): any {
let $target: any = EMPTY, $recipients: any = [], $expiresAtMs: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $target = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($recipients.length >= 32) bail(); const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); $recipients.push(value); break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $expiresAtMs = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($target.length === 0) bail();
return { target: $target, recipients: $recipients, expiresAtMs: $expiresAtMs };
}
function sizeGrant(v: any): number { let size = 0; { const value = v.target; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const list = v.recipients; if (list.length > 32) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.expiresAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeGrant(w: Writer, v: any): void { { const value = v.target; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const list = v.recipients; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.text(value); } }
{ const value = v.expiresAtMs; if (!(value === 0)) { w.varint(24); w.varint(value); } } }
function readGroupChange(r: Reader, limit: number): any {
let $statement: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const value = readSignedLeaf(r, r.stop(limit)); $statement = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($statement === undefined) bail();
return { statement: $statement };
}
function sizeGroupChange(v: any): number { let size = 0; { const value = v.statement; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeSignedLeaf(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); } return size; }
function writeGroupChange(w: Writer, v: any): void { { const value = v.statement; if (!(value === undefined)) { w.varint(10); w.length(); writeSignedLeaf(w, value); } } }
function readGroupGet(r: Reader, limit: number): any {
let $request: any = 0, $groupIds: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($groupIds.length >= 256) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); $groupIds.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { request: $request, groupIds: $groupIds };
}
function sizeGroupGet(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const list = v.groupIds; if (list.length > 256) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeGroupGet(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const list = v.groupIds; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.bytes(value); } } }
function readGroupPutResult(r: Reader, limit: number): any {
let $request: any = 0, $code: any = 0, $index: any = 0, $text: any = '', $retry: any = false;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $code = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $index = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $text = value; break; }
case 40: { if (last >= 5) bail(); last = 5; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $retry = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { request: $request, code: $code, index: $index, text: $text, retry: $retry };
}
function sizeGroupPutResult(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.code; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.index; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.text; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.retry; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } } return size; }
function writeGroupPutResult(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.code; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.index; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const value = v.text; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.retry; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(40); w.varint(value ? 1 : 0); } } }
function readGroupPut(r: Reader, limit: number): any {
let $request: any = 0, $statement: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const value = readSignedLeaf(r, r.stop(limit)); $statement = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($statement === undefined) bail();
return { request: $request, statement: $statement };
}
function sizeGroupPut(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.statement; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeSignedLeaf(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); } return size; }
function writeGroupPut(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.statement; if (!(value === undefined)) { w.varint(18); w.length(); writeSignedLeaf(w, value); } } }
function readGroup(r: Reader, limit: number): any {
let $groupId: any = EMPTY, $name: any = '', $owner: any = '', $members: any = [], $startsAtMs: any = 0, $endsAtMs: any = 0, $simplifiedForm: any = false, $nominalAllowed: any = false, $classificationMax: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $groupId = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 100) bail(); const value = r.text(stop); if (value === '') bail(); $name = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $owner = value; break; }
case 34: { if (last > 4) bail(); last = 4; if ($members.length >= 257) bail(); const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); $members.push(value); break; }
case 40: { if (last >= 5) bail(); last = 5; const value = r.varint(limit); if (value === 0) bail(); $startsAtMs = value; break; }
case 48: { if (last >= 6) bail(); last = 6; const value = r.varint(limit); if (value === 0) bail(); $endsAtMs = value; break; }
case 56: { if (last >= 7) bail(); last = 7; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $simplifiedForm = value; break; }
case 64: { if (last >= 8) bail(); last = 8; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $nominalAllowed = value; break; }
case 72: { if (last >= 9) bail(); last = 9; const value = r.varint(limit); if (value > 3) bail(); if (value === 0) bail(); $classificationMax = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($groupId.length === 0) bail();
return { groupId: $groupId, name: $name, owner: $owner, members: $members, startsAtMs: $startsAtMs, endsAtMs: $endsAtMs, simplifiedForm: $simplifiedForm, nominalAllowed: $nominalAllowed, classificationMax: $classificationMax };
}
function sizeGroup(v: any): number { let size = 0; { const value = v.groupId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.name; if (!(value === '')) { const length = lengthOfText(value); if (length > 100) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.owner; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.members; if (list.length > 257) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.startsAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.endsAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.simplifiedForm; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } }
{ const value = v.nominalAllowed; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } }
{ const value = v.classificationMax; if (!(value === 0)) { size += 1 + numberSize(value, 3); } } return size; }
function writeGroup(w: Writer, v: any): void { { const value = v.groupId; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.name; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.owner; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const list = v.members; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.text(value); } }
{ const value = v.startsAtMs; if (!(value === 0)) { w.varint(40); w.varint(value); } }
{ const value = v.endsAtMs; if (!(value === 0)) { w.varint(48); w.varint(value); } }
{ const value = v.simplifiedForm; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(56); w.varint(value ? 1 : 0); } }
{ const value = v.nominalAllowed; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(64); w.varint(value ? 1 : 0); } }
{ const value = v.classificationMax; if (!(value === 0)) { w.varint(72); w.varint(value); } } }
function readGroupStatement(r: Reader, limit: number): any {
let $blind: any = EMPTY, $origin: any = '', $replaces: any = 0, $createdAtMs: any = 0, $group: any = undefined, $end: any = false;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $blind = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 128) bail(); const value = r.text(stop); if (value === '') bail(); $origin = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $replaces = value; break; }
case 32: { if (last >= 4) bail(); last = 4; const value = r.varint(limit); if (value === 0) bail(); $createdAtMs = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const value = readGroup(r, r.stop(limit)); $group = value; break; }
case 48: { if (last >= 6) bail(); last = 6; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $end = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($blind.length === 0 || $group === undefined) bail();
return { blind: $blind, origin: $origin, replaces: $replaces, createdAtMs: $createdAtMs, group: $group, end: $end };
}
function sizeGroupStatement(v: any): number { let size = 0; { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.origin; if (!(value === '')) { const length = lengthOfText(value); if (length > 128) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.replaces; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.createdAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.group; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeGroup(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); }
{ const value = v.end; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } } return size; }
function writeGroupStatement(w: Writer, v: any): void { { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.origin; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.replaces; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const value = v.createdAtMs; if (!(value === 0)) { w.varint(32); w.varint(value); } }
{ const value = v.group; if (!(value === undefined)) { w.varint(42); w.length(); writeGroup(w, value); } }
{ const value = v.end; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(48); w.varint(value ? 1 : 0); } } }
function readGroups(r: Reader, limit: number): any {
let $request: any = 0, $checkpoint: any = EMPTY, $hashes: any = [], $entries: any = [], $unknown: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 4096) bail(); const value = r.view(stop); if (value.length === 0) bail(); $checkpoint = value; break; }
case 26: { if (last > 3) bail(); last = 3; if ($hashes.length >= 65536) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); $hashes.push(value); break; }
case 34: { if (last > 4) bail(); last = 4; if ($entries.length >= 256) bail(); const value = readLoggedEntry(r, r.stop(limit)); $entries.push(value); break; }
case 42: { if (last > 5) bail(); last = 5; if ($unknown.length >= 256) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); $unknown.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { request: $request, checkpoint: $checkpoint, hashes: $hashes, entries: $entries, unknown: $unknown };
}
function sizeGroups(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.hashes; if (list.length > 65536) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.entries; if (list.length > 256) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeLoggedEntry(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const list = v.unknown; if (list.length > 256) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeGroups(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const list = v.hashes; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(26); w.bytes(value); } }
{ const list = v.entries; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.length(); writeLoggedEntry(w, value); } }
{ const list = v.unknown; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(42); w.bytes(value); } } }
function readHandoverResultItem(r: Reader, limit: number): any {
let $messageId: any = EMPTY, $code: any = 0, $index: any = 0, $text: any = '', $retry: any = false;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 0 && (stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $messageId = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $code = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $index = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $text = value; break; }
case 40: { if (last >= 5) bail(); last = 5; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $retry = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { messageId: $messageId, code: $code, index: $index, text: $text, retry: $retry };
}
function sizeHandoverResultItem(v: any): number { let size = 0; { const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 0 && length !== 16) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.code; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.index; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.text; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.retry; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } } return size; }
function writeHandoverResultItem(w: Writer, v: any): void { { const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.code; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.index; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const value = v.text; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.retry; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(40); w.varint(value ? 1 : 0); } } }
function readHandoverResult(r: Reader, limit: number): any {
let $request: any = 0, $items: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($items.length >= 1024) bail(); const value = readHandoverResultItem(r, r.stop(limit)); $items.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { request: $request, items: $items };
}
function sizeHandoverResult(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const list = v.items; if (list.length > 1024) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeHandoverResultItem(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeHandoverResult(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const list = v.items; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.length(); writeHandoverResultItem(w, value); } } }
function readHandover(r: Reader, limit: number): any {
let $request: any = 0, $statements: any = [], $signature: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($statements.length >= 1024) bail(); const stop = r.stop(limit); if ((stop - r.at) > 512) bail(); const value = r.view(stop); $statements.push(value); break; }
case 26: { if (last >= 3) bail(); last = 3; const value = readBatchSignature(r, r.stop(limit)); $signature = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($signature === undefined) bail();
return { request: $request, statements: $statements, signature: $signature };
}
function sizeHandover(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const list = v.statements; if (list.length > 1024) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length > 512) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.signature; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeBatchSignature(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); } return size; }
function writeHandover(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const list = v.statements; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.bytes(value); } }
{ const value = v.signature; if (!(value === undefined)) { w.varint(26); w.length(); writeBatchSignature(w, value); } } }
function readHandoverStatement(r: Reader, limit: number): any {
let $blind: any = EMPTY, $messageId: any = EMPTY, $sender: any = '', $recipient: any = '', $number: any = 0, $headerDigest: any = EMPTY, $outcome: any = 0, $reason: any = 0, $atMs: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $blind = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $messageId = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $sender = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $recipient = value; break; }
case 40: { if (last >= 5) bail(); last = 5; const value = r.varint(limit); if (value === 0) bail(); $number = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $headerDigest = value; break; }
case 56: { if (last >= 7) bail(); last = 7; const value = r.varint(limit); if (value > 2) bail(); if (value === 0) bail(); $outcome = value; break; }
case 64: { if (last >= 8) bail(); last = 8; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $reason = value; break; }
case 72: { if (last >= 9) bail(); last = 9; const value = r.varint(limit); if (value === 0) bail(); $atMs = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($blind.length === 0 || $messageId.length === 0 || $headerDigest.length === 0) bail();
return { blind: $blind, messageId: $messageId, sender: $sender, recipient: $recipient, number: $number, headerDigest: $headerDigest, outcome: $outcome, reason: $reason, atMs: $atMs };
}
function sizeHandoverStatement(v: any): number { let size = 0; { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.sender; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.recipient; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.number; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.headerDigest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.outcome; if (!(value === 0)) { size += 1 + numberSize(value, 2); } }
{ const value = v.reason; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.atMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeHandoverStatement(w: Writer, v: any): void { { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const value = v.sender; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.recipient; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.number; if (!(value === 0)) { w.varint(40); w.varint(value); } }
{ const value = v.headerDigest; if (!(lengthOfBytes(value) === 0)) { w.varint(50); w.bytes(value); } }
{ const value = v.outcome; if (!(value === 0)) { w.varint(56); w.varint(value); } }
{ const value = v.reason; if (!(value === 0)) { w.varint(64); w.varint(value); } }
{ const value = v.atMs; if (!(value === 0)) { w.varint(72); w.varint(value); } } }
function readHeader(r: Reader, limit: number): any {
let $routing: any = EMPTY, $contentDigest: any = EMPTY, $wrappedKeyDigests: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 42000) bail(); const value = r.view(stop); if (value.length === 0) bail(); $routing = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $contentDigest = value; break; }
case 26: { if (last > 3) bail(); last = 3; if ($wrappedKeyDigests.length >= 256) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); $wrappedKeyDigests.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($contentDigest.length === 0) bail();
return { routing: $routing, contentDigest: $contentDigest, wrappedKeyDigests: $wrappedKeyDigests };
}
function sizeHeader(v: any): number { let size = 0; { const value = v.routing; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 42000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.contentDigest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const list = v.wrappedKeyDigests; if (list.length > 256) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeHeader(w: Writer, v: any): void { { const value = v.routing; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.contentDigest; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const list = v.wrappedKeyDigests; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(26); w.bytes(value); } } }
function readHello(r: Reader, limit: number): any {
let $versions: any = [], $node: any = '', $mailboxes: any = [], $checkpoint: any = EMPTY, $capabilities: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const end = r.stop(limit); if (end === r.at) bail(); while (r.at < end) { if ($versions.length >= 8) bail(); const value = r.varint(end); if (value > 4294967295) bail(); $versions.push(value); } break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $node = value; break; }
case 26: { if (last > 3) bail(); last = 3; if ($mailboxes.length >= 64) bail(); const value = readMailboxCursor(r, r.stop(limit)); $mailboxes.push(value); break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 4096) bail(); const value = r.view(stop); if (value.length === 0) bail(); $checkpoint = value; break; }
case 42: { if (last > 5) bail(); last = 5; if ($capabilities.length >= 32) bail(); const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); $capabilities.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { versions: $versions, node: $node, mailboxes: $mailboxes, checkpoint: $checkpoint, capabilities: $capabilities };
}
function sizeHello(v: any): number { let size = 0; { const list = v.versions; if (list.length > 0) { if (list.length > 8) bail(); const slot = lengths.push(0) - 1; let inner = 0; for (let i = 0; i < list.length; i++) inner += numberSize(list[i], 4294967295); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.node; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.mailboxes; if (list.length > 64) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeMailboxCursor(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.capabilities; if (list.length > 32) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeHello(w: Writer, v: any): void { { const list = v.versions; if (list.length > 0) { w.varint(10); w.length(); for (let i = 0; i < list.length; i++) w.varint(list[i]); } }
{ const value = v.node; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const list = v.mailboxes; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(26); w.length(); writeMailboxCursor(w, value); } }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { w.varint(34); w.bytes(value); } }
{ const list = v.capabilities; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(42); w.text(value); } } }
function readHold(r: Reader, limit: number): any {
let $sender: any = '', $messageId: any = EMPTY, $reference: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $sender = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $messageId = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 100) bail(); const value = r.text(stop); if (value === '') bail(); $reference = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($messageId.length === 0) bail();
return { sender: $sender, messageId: $messageId, reference: $reference };
}
function sizeHold(v: any): number { let size = 0; { const value = v.sender; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.reference; if (!(value === '')) { const length = lengthOfText(value); if (length > 100) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeHold(w: Writer, v: any): void { { const value = v.sender; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const value = v.reference; if (!(value === '')) { w.varint(26); w.text(value); } } }
function readIdentifier(r: Reader, limit: number): any {
let $scheme: any = '', $value: any = '', $issuer: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $scheme = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $value = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $issuer = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { scheme: $scheme, value: $value, issuer: $issuer };
}
function sizeIdentifier(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.scheme; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.value; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.issuer; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeIdentifier(w: Writer, v: any): void { { const value = v.scheme; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.value; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.issuer; if (!(value === '')) { w.varint(26); w.text(value); } } }
function readInformationAnswer(r: Reader, limit: number): any {
let $outcome: any = 0, $text: any = '', $evaluation: any = undefined, $evidenceUseConsent: any = false, $interim: any = false, $objects: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 3) bail(); if (value === 0) bail(); $outcome = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 200000) bail(); const value = r.text(stop); if (value === '') bail(); $text = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const value = readEvaluation(r, r.stop(limit)); $evaluation = value; break; }
case 40: { if (last >= 5) bail(); last = 5; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $evidenceUseConsent = value; break; }
case 48: { if (last >= 6) bail(); last = 6; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $interim = value; break; }
case 58: { if (last > 7) bail(); last = 7; if ($objects.length >= 200) bail(); const value = readCaseObject(r, r.stop(limit)); $objects.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { outcome: $outcome, text: $text, evaluation: $evaluation, evidenceUseConsent: $evidenceUseConsent, interim: $interim, objects: $objects };
}
function sizeInformationAnswer(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.outcome; if (!(value === 0)) { size += 1 + numberSize(value, 3); } }
{ const value = v.text; if (!(value === '')) { const length = lengthOfText(value); if (length > 200000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.evaluation; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeEvaluation(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.evidenceUseConsent; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } }
{ const value = v.interim; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } }
{ const list = v.objects; if (list.length > 200) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeCaseObject(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeInformationAnswer(w: Writer, v: any): void { { const value = v.outcome; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.text; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.evaluation; if (!(value === undefined)) { w.varint(34); w.length(); writeEvaluation(w, value); } }
{ const value = v.evidenceUseConsent; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(40); w.varint(value ? 1 : 0); } }
{ const value = v.interim; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(48); w.varint(value ? 1 : 0); } }
{ const list = v.objects; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(58); w.length(); writeCaseObject(w, value); } } }
function readInformationRequest(r: Reader, limit: number): any {
let $subject: any = '', $informationSought: any = '', $purposeAndFacts: any = '', $offence: any = '', $crimeArea: any = 0, $urgencyReason: any = '', $useRestrictions: any = '', $objects: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $subject = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 200000) bail(); const value = r.text(stop); if (value === '') bail(); $informationSought = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 200000) bail(); const value = r.text(stop); if (value === '') bail(); $purposeAndFacts = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $offence = value; break; }
case 40: { if (last >= 5) bail(); last = 5; const value = r.varint(limit); if (value > 12) bail(); if (value === 0) bail(); $crimeArea = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $urgencyReason = value; break; }
case 58: { if (last >= 7) bail(); last = 7; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $useRestrictions = value; break; }
case 66: { if (last > 8) bail(); last = 8; if ($objects.length >= 200) bail(); const value = readCaseObject(r, r.stop(limit)); $objects.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { subject: $subject, informationSought: $informationSought, purposeAndFacts: $purposeAndFacts, offence: $offence, crimeArea: $crimeArea, urgencyReason: $urgencyReason, useRestrictions: $useRestrictions, objects: $objects };
}
function sizeInformationRequest(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.subject; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.informationSought; if (!(value === '')) { const length = lengthOfText(value); if (length > 200000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.purposeAndFacts; if (!(value === '')) { const length = lengthOfText(value); if (length > 200000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.offence; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.crimeArea; if (!(value === 0)) { size += 1 + numberSize(value, 12); } }
{ const value = v.urgencyReason; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.useRestrictions; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.objects; if (list.length > 200) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeCaseObject(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeInformationRequest(w: Writer, v: any): void { { const value = v.subject; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.informationSought; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.purposeAndFacts; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.offence; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.crimeArea; if (!(value === 0)) { w.varint(40); w.varint(value); } }
{ const value = v.urgencyReason; if (!(value === '')) { w.varint(50); w.text(value); } }
{ const value = v.useRestrictions; if (!(value === '')) { w.varint(58); w.text(value); } }
{ const list = v.objects; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(66); w.length(); writeCaseObject(w, value); } } }
function readKeyRevoked(r: Reader, limit: number): any {
let $keyId: any = EMPTY, $source: any = 0, $listDigest: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $keyId = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 2) bail(); if (value === 0) bail(); $source = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $listDigest = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($keyId.length === 0 || $listDigest.length === 0) bail();
return { keyId: $keyId, source: $source, listDigest: $listDigest };
}
function sizeKeyRevoked(v: any): number { let size = 0; { const value = v.keyId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.source; if (!(value === 0)) { size += 1 + numberSize(value, 2); } }
{ const value = v.listDigest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); } return size; }
function writeKeyRevoked(w: Writer, v: any): void { { const value = v.keyId; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.source; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.listDigest; if (!(lengthOfBytes(value) === 0)) { w.varint(26); w.bytes(value); } } }
function readKeyStatement(r: Reader, limit: number): any {
let $blind: any = EMPTY, $mailbox: any = '', $version: any = 0, $keys: any = [], $createdAtMs: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $blind = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $mailbox = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $version = value; break; }
case 34: { if (last > 4) bail(); last = 4; if ($keys.length >= 8) bail(); const value = readEncryptionKey(r, r.stop(limit)); $keys.push(value); break; }
case 40: { if (last >= 5) bail(); last = 5; const value = r.varint(limit); if (value === 0) bail(); $createdAtMs = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($blind.length === 0) bail();
return { blind: $blind, mailbox: $mailbox, version: $version, keys: $keys, createdAtMs: $createdAtMs };
}
function sizeKeyStatement(v: any): number { let size = 0; { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.mailbox; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.version; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const list = v.keys; if (list.length > 8) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeEncryptionKey(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.createdAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeKeyStatement(w: Writer, v: any): void { { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.mailbox; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.version; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const list = v.keys; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.length(); writeEncryptionKey(w, value); } }
{ const value = v.createdAtMs; if (!(value === 0)) { w.varint(40); w.varint(value); } } }
function readLocation(r: Reader, limit: number): any {
let $name: any = '', $country: any = '', $unLocode: any = '', $latitude: any = '', $longitude: any = '', $address: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $name = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 2) bail(); const value = r.text(stop); if (value === '') bail(); $country = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 5) bail(); const value = r.text(stop); if (value === '') bail(); $unLocode = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 16) bail(); const value = r.text(stop); if (value === '') bail(); $latitude = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 16) bail(); const value = r.text(stop); if (value === '') bail(); $longitude = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $address = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { name: $name, country: $country, unLocode: $unLocode, latitude: $latitude, longitude: $longitude, address: $address };
}
function sizeLocation(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.name; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.country; if (!(value === '')) { const length = lengthOfText(value); if (length > 2) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.unLocode; if (!(value === '')) { const length = lengthOfText(value); if (length > 5) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.latitude; if (!(value === '')) { const length = lengthOfText(value); if (length > 16) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.longitude; if (!(value === '')) { const length = lengthOfText(value); if (length > 16) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.address; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeLocation(w: Writer, v: any): void { { const value = v.name; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.country; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.unLocode; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.latitude; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.longitude; if (!(value === '')) { w.varint(42); w.text(value); } }
{ const value = v.address; if (!(value === '')) { w.varint(50); w.text(value); } } }
function readLoggedEntry(r: Reader, limit: number): any {
let $index: any = 0, $entry: any = EMPTY, $path: any = [], $checkpoint: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value === 0) bail(); $index = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 60000) bail(); const value = r.view(stop); if (value.length === 0) bail(); $entry = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const end = r.stop(limit); if (end === r.at) bail(); while (r.at < end) { if ($path.length >= 63) bail(); const value = r.varint(end); if (value > 4294967295) bail(); $path.push(value); } break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 4096) bail(); const value = r.view(stop); if (value.length === 0) bail(); $checkpoint = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { index: $index, entry: $entry, path: $path, checkpoint: $checkpoint };
}
function sizeLoggedEntry(v: any): number { let size = 0; { const value = v.index; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.entry; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 60000) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.path; if (list.length > 0) { if (list.length > 63) bail(); const slot = lengths.push(0) - 1; let inner = 0; for (let i = 0; i < list.length; i++) inner += numberSize(list[i], 4294967295); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeLoggedEntry(w: Writer, v: any): void { { const value = v.index; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.entry; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const list = v.path; if (list.length > 0) { w.varint(26); w.length(); for (let i = 0; i < list.length; i++) w.varint(list[i]); } }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { w.varint(34); w.bytes(value); } } }
function readMailboxCursor(r: Reader, limit: number): any {
let $mailbox: any = '', $nextNumber: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $mailbox = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value === 0) bail(); $nextNumber = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { mailbox: $mailbox, nextNumber: $nextNumber };
}
function sizeMailboxCursor(v: any): number { let size = 0; { const value = v.mailbox; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.nextNumber; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeMailboxCursor(w: Writer, v: any): void { { const value = v.mailbox; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.nextNumber; if (!(value === 0)) { w.varint(16); w.varint(value); } } }
function readNodeEntry(r: Reader, limit: number): any {
let $blind: any = EMPTY, $atMs: any = 0, $act: any = 0, $messageId: any = EMPTY, $actor: any = '', $justification: any = '', $detail: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $blind = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value === 0) bail(); $atMs = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value > 12) bail(); if (value === 0) bail(); $act = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) !== 0 && (stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $messageId = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $actor = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) > 2000) bail(); const value = r.text(stop); if (value === '') bail(); $justification = value; break; }
case 58: { if (last >= 7) bail(); last = 7; const stop = r.stop(limit); if ((stop - r.at) > 20000) bail(); const value = r.text(stop); if (value === '') bail(); $detail = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($blind.length === 0) bail();
return { blind: $blind, atMs: $atMs, act: $act, messageId: $messageId, actor: $actor, justification: $justification, detail: $detail };
}
function sizeNodeEntry(v: any): number { let size = 0; { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.atMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.act; if (!(value === 0)) { size += 1 + numberSize(value, 12); } }
{ const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 0 && length !== 16) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.actor; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.justification; if (!(value === '')) { const length = lengthOfText(value); if (length > 2000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.detail; if (!(value === '')) { const length = lengthOfText(value); if (length > 20000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeNodeEntry(w: Writer, v: any): void { { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.atMs; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.act; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { w.varint(34); w.bytes(value); } }
{ const value = v.actor; if (!(value === '')) { w.varint(42); w.text(value); } }
{ const value = v.justification; if (!(value === '')) { w.varint(50); w.text(value); } }
{ const value = v.detail; if (!(value === '')) { w.varint(58); w.text(value); } } }
function readNominalAnnex(r: Reader, limit: number): any {
let $persons: any = [], $organisations: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last > 1) bail(); last = 1; if ($persons.length >= 100) bail(); const value = readNominalPerson(r, r.stop(limit)); $persons.push(value); break; }
case 18: { if (last > 2) bail(); last = 2; if ($organisations.length >= 100) bail(); const value = readNominalOrganisation(r, r.stop(limit)); $organisations.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { persons: $persons, organisations: $organisations };
}
function sizeNominalAnnex(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const list = v.persons; if (list.length > 100) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeNominalPerson(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const list = v.organisations; if (list.length > 100) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeNominalOrganisation(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeNominalAnnex(w: Writer, v: any): void { { const list = v.persons; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(10); w.length(); writeNominalPerson(w, value); } }
{ const list = v.organisations; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.length(); writeNominalOrganisation(w, value); } } }
function readNominalOrganisation(r: Reader, limit: number): any {
let $organisation: any = undefined, $identifiers: any = [], $provenance: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const value = readOrganisation(r, r.stop(limit)); $organisation = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($identifiers.length >= 16) bail(); const value = readIdentifier(r, r.stop(limit)); $identifiers.push(value); break; }
case 26: { if (last >= 3) bail(); last = 3; const value = readProvenance(r, r.stop(limit)); $provenance = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($organisation === undefined) bail();
return { organisation: $organisation, identifiers: $identifiers, provenance: $provenance };
}
function sizeNominalOrganisation(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.organisation; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeOrganisation(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); }
{ const list = v.identifiers; if (list.length > 16) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeIdentifier(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.provenance; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeProvenance(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeNominalOrganisation(w: Writer, v: any): void { { const value = v.organisation; if (!(value === undefined)) { w.varint(10); w.length(); writeOrganisation(w, value); } }
{ const list = v.identifiers; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.length(); writeIdentifier(w, value); } }
{ const value = v.provenance; if (!(value === undefined)) { w.varint(26); w.length(); writeProvenance(w, value); } } }
function readNominalPerson(r: Reader, limit: number): any {
let $person: any = undefined, $identifiers: any = [], $provenance: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const value = readPerson(r, r.stop(limit)); $person = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($identifiers.length >= 16) bail(); const value = readIdentifier(r, r.stop(limit)); $identifiers.push(value); break; }
case 26: { if (last >= 3) bail(); last = 3; const value = readProvenance(r, r.stop(limit)); $provenance = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($person === undefined) bail();
return { person: $person, identifiers: $identifiers, provenance: $provenance };
}
function sizeNominalPerson(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.person; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizePerson(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); }
{ const list = v.identifiers; if (list.length > 16) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeIdentifier(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.provenance; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeProvenance(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeNominalPerson(w: Writer, v: any): void { { const value = v.person; if (!(value === undefined)) { w.varint(10); w.length(); writePerson(w, value); } }
{ const list = v.identifiers; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.length(); writeIdentifier(w, value); } }
{ const value = v.provenance; if (!(value === undefined)) { w.varint(26); w.length(); writeProvenance(w, value); } } }
function readNoticeApproval(r: Reader, limit: number): any {
let $blind: any = EMPTY, $publisher: any = '', $alertDigest: any = EMPTY, $approvedAtMs: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $blind = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $publisher = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $alertDigest = value; break; }
case 32: { if (last >= 4) bail(); last = 4; const value = r.varint(limit); if (value === 0) bail(); $approvedAtMs = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($blind.length === 0 || $alertDigest.length === 0) bail();
return { blind: $blind, publisher: $publisher, alertDigest: $alertDigest, approvedAtMs: $approvedAtMs };
}
function sizeNoticeApproval(v: any): number { let size = 0; { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.publisher; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.alertDigest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.approvedAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeNoticeApproval(w: Writer, v: any): void { { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.publisher; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.alertDigest; if (!(lengthOfBytes(value) === 0)) { w.varint(26); w.bytes(value); } }
{ const value = v.approvedAtMs; if (!(value === 0)) { w.varint(32); w.varint(value); } } }
function readOperationNotice(r: Reader, limit: number): any {
let $operationId: any = '', $phase: any = 0, $partners: any = [], $indicators: any = [], $tasking: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $operationId = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 5) bail(); if (value === 0) bail(); $phase = value; break; }
case 26: { if (last > 3) bail(); last = 3; if ($partners.length >= 256) bail(); const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); $partners.push(value); break; }
case 34: { if (last > 4) bail(); last = 4; if ($indicators.length >= 100) bail(); const stop = r.stop(limit); if ((stop - r.at) > 2000) bail(); const value = r.text(stop); $indicators.push(value); break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 50000) bail(); const value = r.text(stop); if (value === '') bail(); $tasking = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { operationId: $operationId, phase: $phase, partners: $partners, indicators: $indicators, tasking: $tasking };
}
function sizeOperationNotice(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.operationId; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.phase; if (!(value === 0)) { size += 1 + numberSize(value, 5); } }
{ const list = v.partners; if (list.length > 256) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.indicators; if (list.length > 100) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 2000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.tasking; if (!(value === '')) { const length = lengthOfText(value); if (length > 50000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeOperationNotice(w: Writer, v: any): void { { const value = v.operationId; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.phase; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const list = v.partners; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(26); w.text(value); } }
{ const list = v.indicators; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.text(value); } }
{ const value = v.tasking; if (!(value === '')) { w.varint(42); w.text(value); } } }
function readOperatorAct(r: Reader, limit: number): any {
let $act: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const value = readSignedLeaf(r, r.stop(limit)); $act = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($act === undefined) bail();
return { act: $act };
}
function sizeOperatorAct(v: any): number { let size = 0; { const value = v.act; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeSignedLeaf(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); } return size; }
function writeOperatorAct(w: Writer, v: any): void { { const value = v.act; if (!(value === undefined)) { w.varint(10); w.length(); writeSignedLeaf(w, value); } } }
function readOperatorKey(r: Reader, limit: number): any {
let $keyId: any = EMPTY, $jwk: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $keyId = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 512) bail(); const value = r.text(stop); if (value === '') bail(); $jwk = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($keyId.length === 0) bail();
return { keyId: $keyId, jwk: $jwk };
}
function sizeOperatorKey(v: any): number { let size = 0; { const value = v.keyId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.jwk; if (!(value === '')) { const length = lengthOfText(value); if (length > 512) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeOperatorKey(w: Writer, v: any): void { { const value = v.keyId; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.jwk; if (!(value === '')) { w.varint(18); w.text(value); } } }
function readOrganisation(r: Reader, limit: number): any {
let $name: any = '', $country: any = '', $role: any = '', $address: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 300) bail(); const value = r.text(stop); if (value === '') bail(); $name = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 2) bail(); const value = r.text(stop); if (value === '') bail(); $country = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $role = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $address = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { name: $name, country: $country, role: $role, address: $address };
}
function sizeOrganisation(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.name; if (!(value === '')) { const length = lengthOfText(value); if (length > 300) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.country; if (!(value === '')) { const length = lengthOfText(value); if (length > 2) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.role; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.address; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeOrganisation(w: Writer, v: any): void { { const value = v.name; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.country; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.role; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.address; if (!(value === '')) { w.varint(34); w.text(value); } } }
function readPath(r: Reader, limit: number): any {
let $index: any = 0, $hashes: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value === 0) bail(); $index = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($hashes.length >= 20) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); $hashes.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { index: $index, hashes: $hashes };
}
function sizePath(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.index; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const list = v.hashes; if (list.length > 20) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writePath(w: Writer, v: any): void { { const value = v.index; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const list = v.hashes; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.bytes(value); } } }
function readPermissionDecision(r: Reader, limit: number): any {
let $targetMessage: any = EMPTY, $newRecipients: any = [], $granted: any = false, $conditions: any = '', $expiresAt: any = '', $reason: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $targetMessage = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($newRecipients.length >= 32) bail(); const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); $newRecipients.push(value); break; }
case 24: { if (last >= 3) bail(); last = 3; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $granted = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $conditions = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $expiresAt = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $reason = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($targetMessage.length === 0) bail();
return { targetMessage: $targetMessage, newRecipients: $newRecipients, granted: $granted, conditions: $conditions, expiresAt: $expiresAt, reason: $reason };
}
function sizePermissionDecision(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.targetMessage; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const list = v.newRecipients; if (list.length > 32) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.granted; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } }
{ const value = v.conditions; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.expiresAt; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.reason; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writePermissionDecision(w: Writer, v: any): void { { const value = v.targetMessage; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const list = v.newRecipients; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.text(value); } }
{ const value = v.granted; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(24); w.varint(value ? 1 : 0); } }
{ const value = v.conditions; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.expiresAt; if (!(value === '')) { w.varint(42); w.text(value); } }
{ const value = v.reason; if (!(value === '')) { w.varint(50); w.text(value); } } }
function readPermissionRequest(r: Reader, limit: number): any {
let $targetMessage: any = EMPTY, $newRecipients: any = [], $purpose: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $targetMessage = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($newRecipients.length >= 32) bail(); const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); $newRecipients.push(value); break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $purpose = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($targetMessage.length === 0) bail();
return { targetMessage: $targetMessage, newRecipients: $newRecipients, purpose: $purpose };
}
function sizePermissionRequest(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.targetMessage; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const list = v.newRecipients; if (list.length > 32) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.purpose; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writePermissionRequest(w: Writer, v: any): void { { const value = v.targetMessage; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const list = v.newRecipients; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.text(value); } }
{ const value = v.purpose; if (!(value === '')) { w.varint(26); w.text(value); } } }
function readPerson(r: Reader, limit: number): any {
let $familyName: any = '', $givenNames: any = '', $birthDate: any = '', $birthPlace: any = '', $nationality: any = '', $role: any = '', $address: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $familyName = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $givenNames = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 10) bail(); const value = r.text(stop); if (value === '') bail(); $birthDate = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $birthPlace = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 2) bail(); const value = r.text(stop); if (value === '') bail(); $nationality = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $role = value; break; }
case 58: { if (last >= 7) bail(); last = 7; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $address = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { familyName: $familyName, givenNames: $givenNames, birthDate: $birthDate, birthPlace: $birthPlace, nationality: $nationality, role: $role, address: $address };
}
function sizePerson(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.familyName; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.givenNames; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.birthDate; if (!(value === '')) { const length = lengthOfText(value); if (length > 10) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.birthPlace; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.nationality; if (!(value === '')) { const length = lengthOfText(value); if (length > 2) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.role; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.address; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writePerson(w: Writer, v: any): void { { const value = v.familyName; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.givenNames; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.birthDate; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.birthPlace; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.nationality; if (!(value === '')) { w.varint(42); w.text(value); } }
{ const value = v.role; if (!(value === '')) { w.varint(50); w.text(value); } }
{ const value = v.address; if (!(value === '')) { w.varint(58); w.text(value); } } }
function readPhoto(r: Reader, limit: number): any {
let $digest: any = EMPTY, $kind: any = 0, $caption: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $digest = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 5) bail(); if (value === 0) bail(); $kind = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 500) bail(); const value = r.text(stop); if (value === '') bail(); $caption = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($digest.length === 0) bail();
return { digest: $digest, kind: $kind, caption: $caption };
}
function sizePhoto(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.digest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.kind; if (!(value === 0)) { size += 1 + numberSize(value, 5); } }
{ const value = v.caption; if (!(value === '')) { const length = lengthOfText(value); if (length > 500) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writePhoto(w: Writer, v: any): void { { const value = v.digest; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.kind; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.caption; if (!(value === '')) { w.varint(26); w.text(value); } } }
function readPing(r: Reader, limit: number): any {
let $nonce: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value === 0) bail(); $nonce = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { nonce: $nonce };
}
function sizePing(v: any): number { let size = 0; { const value = v.nonce; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writePing(w: Writer, v: any): void { { const value = v.nonce; if (!(value === 0)) { w.varint(8); w.varint(value); } } }
function readPong(r: Reader, limit: number): any {
let $nonce: any = 0, $nowMs: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value === 0) bail(); $nonce = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value === 0) bail(); $nowMs = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { nonce: $nonce, nowMs: $nowMs };
}
function sizePong(v: any): number { let size = 0; { const value = v.nonce; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.nowMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writePong(w: Writer, v: any): void { { const value = v.nonce; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.nowMs; if (!(value === 0)) { w.varint(16); w.varint(value); } } }
function readProofGet(r: Reader, limit: number): any {
let $request: any = 0, $messageIds: any = [], $checkpoint: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($messageIds.length >= 256) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); $messageIds.push(value); break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 4096) bail(); const value = r.view(stop); if (value.length === 0) bail(); $checkpoint = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { request: $request, messageIds: $messageIds, checkpoint: $checkpoint };
}
function sizeProofGet(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const list = v.messageIds; if (list.length > 256) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeProofGet(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const list = v.messageIds; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.bytes(value); } }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { w.varint(26); w.bytes(value); } } }
function readProofs(r: Reader, limit: number): any {
let $request: any = 0, $checkpoint: any = EMPTY, $hashes: any = [], $entries: any = [], $consistency: any = [], $unknown: any = [], $remaining: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 4096) bail(); const value = r.view(stop); if (value.length === 0) bail(); $checkpoint = value; break; }
case 26: { if (last > 3) bail(); last = 3; if ($hashes.length >= 65536) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); $hashes.push(value); break; }
case 34: { if (last > 4) bail(); last = 4; if ($entries.length >= 65536) bail(); const value = readLoggedEntry(r, r.stop(limit)); $entries.push(value); break; }
case 42: { if (last > 5) bail(); last = 5; if ($consistency.length >= 63) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); $consistency.push(value); break; }
case 50: { if (last > 6) bail(); last = 6; if ($unknown.length >= 256) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); $unknown.push(value); break; }
case 58: { if (last > 7) bail(); last = 7; if ($remaining.length >= 256) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); $remaining.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { request: $request, checkpoint: $checkpoint, hashes: $hashes, entries: $entries, consistency: $consistency, unknown: $unknown, remaining: $remaining };
}
function sizeProofs(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.hashes; if (list.length > 65536) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.entries; if (list.length > 65536) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeLoggedEntry(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const list = v.consistency; if (list.length > 63) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.unknown; if (list.length > 256) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.remaining; if (list.length > 256) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeProofs(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const list = v.hashes; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(26); w.bytes(value); } }
{ const list = v.entries; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.length(); writeLoggedEntry(w, value); } }
{ const list = v.consistency; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(42); w.bytes(value); } }
{ const list = v.unknown; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(50); w.bytes(value); } }
{ const list = v.remaining; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(58); w.bytes(value); } } }
function readProvenance(r: Reader, limit: number): any {
let $source: any = '', $at: any = '', $evaluation: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 500) bail(); const value = r.text(stop); if (value === '') bail(); $source = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $at = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const value = readEvaluation(r, r.stop(limit)); $evaluation = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { source: $source, at: $at, evaluation: $evaluation };
}
function sizeProvenance(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.source; if (!(value === '')) { const length = lengthOfText(value); if (length > 500) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.at; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.evaluation; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeEvaluation(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeProvenance(w: Writer, v: any): void { { const value = v.source; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.at; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.evaluation; if (!(value === undefined)) { w.varint(26); w.length(); writeEvaluation(w, value); } } }
function readPurge(r: Reader, limit: number): any {
let $throughMs: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value === 0) bail(); $throughMs = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { throughMs: $throughMs };
}
function sizePurge(v: any): number { let size = 0; { const value = v.throughMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writePurge(w: Writer, v: any): void { { const value = v.throughMs; if (!(value === 0)) { w.varint(8); w.varint(value); } } }
function readReadRange(r: Reader, limit: number): any {
let $origin: any = '', $firstIndex: any = 0, $endIndex: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 128) bail(); const value = r.text(stop); if (value === '') bail(); $origin = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value === 0) bail(); $firstIndex = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $endIndex = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { origin: $origin, firstIndex: $firstIndex, endIndex: $endIndex };
}
function sizeReadRange(v: any): number { let size = 0; { const value = v.origin; if (!(value === '')) { const length = lengthOfText(value); if (length > 128) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.firstIndex; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.endIndex; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeReadRange(w: Writer, v: any): void { { const value = v.origin; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.firstIndex; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.endIndex; if (!(value === 0)) { w.varint(24); w.varint(value); } } }
function readReady(r: Reader, limit: number): any {
let $messages: any = 0, $bytes: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $messages = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value === 0) bail(); $bytes = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { messages: $messages, bytes: $bytes };
}
function sizeReady(v: any): number { let size = 0; { const value = v.messages; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.bytes; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeReady(w: Writer, v: any): void { { const value = v.messages; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.bytes; if (!(value === 0)) { w.varint(16); w.varint(value); } } }
function readRecall(r: Reader, limit: number): any {
let $targetMessage: any = EMPTY, $reason: any = '', $replacement: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $targetMessage = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $reason = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) !== 0 && (stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $replacement = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($targetMessage.length === 0) bail();
return { targetMessage: $targetMessage, reason: $reason, replacement: $replacement };
}
function sizeRecall(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.targetMessage; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.reason; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.replacement; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 0 && length !== 16) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeRecall(w: Writer, v: any): void { { const value = v.targetMessage; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.reason; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.replacement; if (!(lengthOfBytes(value) === 0)) { w.varint(26); w.bytes(value); } } }
function readRecipient(r: Reader, limit: number): any {
let $mailbox: any = '', $keyId: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $mailbox = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $keyId = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($keyId.length === 0) bail();
return { mailbox: $mailbox, keyId: $keyId };
}
function sizeRecipient(v: any): number { let size = 0; { const value = v.mailbox; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.keyId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); } return size; }
function writeRecipient(w: Writer, v: any): void { { const value = v.mailbox; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.keyId; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } } }
function readRefusalCount(r: Reader, limit: number): any {
let $code: any = 0, $count: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $code = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value === 0) bail(); $count = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { code: $code, count: $count };
}
function sizeRefusalCount(v: any): number { let size = 0; { const value = v.code; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.count; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeRefusalCount(w: Writer, v: any): void { { const value = v.code; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.count; if (!(value === 0)) { w.varint(16); w.varint(value); } } }
function readRefusal(r: Reader, limit: number): any {
let $code: any = 0, $text: any = '', $retry: any = false, $logged: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $code = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $text = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $retry = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const value = readLoggedEntry(r, r.stop(limit)); $logged = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { code: $code, text: $text, retry: $retry, logged: $logged };
}
function sizeRefusal(v: any): number { let size = 0; { const value = v.code; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.text; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.retry; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } }
{ const value = v.logged; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeLoggedEntry(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeRefusal(w: Writer, v: any): void { { const value = v.code; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.text; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.retry; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(24); w.varint(value ? 1 : 0); } }
{ const value = v.logged; if (!(value === undefined)) { w.varint(34); w.length(); writeLoggedEntry(w, value); } } }
function readRefusalSummary(r: Reader, limit: number): any {
let $counts: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last > 1) bail(); last = 1; if ($counts.length >= 128) bail(); const value = readRefusalCount(r, r.stop(limit)); $counts.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { counts: $counts };
}
function sizeRefusalSummary(v: any): number { let size = 0; { const list = v.counts; if (list.length > 128) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeRefusalCount(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeRefusalSummary(w: Writer, v: any): void { { const list = v.counts; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(10); w.length(); writeRefusalCount(w, value); } } }
function readReleaseHold(r: Reader, limit: number): any {
let $sender: any = '', $messageId: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $sender = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $messageId = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($messageId.length === 0) bail();
return { sender: $sender, messageId: $messageId };
}
function sizeReleaseHold(v: any): number { let size = 0; { const value = v.sender; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); } return size; }
function writeReleaseHold(w: Writer, v: any): void { { const value = v.sender; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } } }
function readRelease(r: Reader, limit: number): any {
let $agency: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 32) bail(); const value = r.text(stop); if (value === '') bail(); $agency = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { agency: $agency };
}
function sizeRelease(v: any): number { let size = 0; { const value = v.agency; if (!(value === '')) { const length = lengthOfText(value); if (length > 32) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeRelease(w: Writer, v: any): void { { const value = v.agency; if (!(value === '')) { w.varint(10); w.text(value); } } }
function readRequestRefusal(r: Reader, limit: number): any {
let $reason: any = 0, $partRefused: any = '', $explanation: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 9) bail(); if (value === 0) bail(); $reason = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $partRefused = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 20000) bail(); const value = r.text(stop); if (value === '') bail(); $explanation = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { reason: $reason, partRefused: $partRefused, explanation: $explanation };
}
function sizeRequestRefusal(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.reason; if (!(value === 0)) { size += 1 + numberSize(value, 9); } }
{ const value = v.partRefused; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.explanation; if (!(value === '')) { const length = lengthOfText(value); if (length > 20000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeRequestRefusal(w: Writer, v: any): void { { const value = v.reason; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.partRefused; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.explanation; if (!(value === '')) { w.varint(26); w.text(value); } } }
function readRestrictionUpdate(r: Reader, limit: number): any {
let $targetMessage: any = EMPTY, $reason: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $targetMessage = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $reason = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($targetMessage.length === 0) bail();
return { targetMessage: $targetMessage, reason: $reason };
}
function sizeRestrictionUpdate(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.targetMessage; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.reason; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeRestrictionUpdate(w: Writer, v: any): void { { const value = v.targetMessage; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.reason; if (!(value === '')) { w.varint(18); w.text(value); } } }
function readRevoke(r: Reader, limit: number): any {
let $keyId: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $keyId = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($keyId.length === 0) bail();
return { keyId: $keyId };
}
function sizeRevoke(v: any): number { let size = 0; { const value = v.keyId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); } return size; }
function writeRevoke(w: Writer, v: any): void { { const value = v.keyId; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } } }
function readRiskProfile(r: Reader, limit: number): any {
let $subject: any = '', $indicators: any = [], $route: any = undefined, $hs: any = [], $validFrom: any = '', $validUntil: any = '', $advanceDataSource: any = '', $evaluation: any = undefined, $objects: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $subject = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($indicators.length >= 100) bail(); const stop = r.stop(limit); if ((stop - r.at) > 2000) bail(); const value = r.text(stop); $indicators.push(value); break; }
case 26: { if (last >= 3) bail(); last = 3; const value = readRoute(r, r.stop(limit)); $route = value; break; }
case 34: { if (last > 4) bail(); last = 4; if ($hs.length >= 100) bail(); const stop = r.stop(limit); if ((stop - r.at) > 10) bail(); const value = r.text(stop); $hs.push(value); break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $validFrom = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $validUntil = value; break; }
case 58: { if (last >= 7) bail(); last = 7; const stop = r.stop(limit); if ((stop - r.at) > 500) bail(); const value = r.text(stop); if (value === '') bail(); $advanceDataSource = value; break; }
case 66: { if (last >= 8) bail(); last = 8; const value = readEvaluation(r, r.stop(limit)); $evaluation = value; break; }
case 74: { if (last > 9) bail(); last = 9; if ($objects.length >= 200) bail(); const value = readCaseObject(r, r.stop(limit)); $objects.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { subject: $subject, indicators: $indicators, route: $route, hs: $hs, validFrom: $validFrom, validUntil: $validUntil, advanceDataSource: $advanceDataSource, evaluation: $evaluation, objects: $objects };
}
function sizeRiskProfile(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.subject; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.indicators; if (list.length > 100) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 2000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.route; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeRoute(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const list = v.hs; if (list.length > 100) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 10) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.validFrom; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.validUntil; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.advanceDataSource; if (!(value === '')) { const length = lengthOfText(value); if (length > 500) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.evaluation; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeEvaluation(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const list = v.objects; if (list.length > 200) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeCaseObject(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeRiskProfile(w: Writer, v: any): void { { const value = v.subject; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const list = v.indicators; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.text(value); } }
{ const value = v.route; if (!(value === undefined)) { w.varint(26); w.length(); writeRoute(w, value); } }
{ const list = v.hs; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.text(value); } }
{ const value = v.validFrom; if (!(value === '')) { w.varint(42); w.text(value); } }
{ const value = v.validUntil; if (!(value === '')) { w.varint(50); w.text(value); } }
{ const value = v.advanceDataSource; if (!(value === '')) { w.varint(58); w.text(value); } }
{ const value = v.evaluation; if (!(value === undefined)) { w.varint(66); w.length(); writeEvaluation(w, value); } }
{ const list = v.objects; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(74); w.length(); writeCaseObject(w, value); } } }
function readRoute(r: Reader, limit: number): any {
let $departure: any = '', $transit: any = [], $destination: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 2) bail(); const value = r.text(stop); if (value === '') bail(); $departure = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($transit.length >= 20) bail(); const stop = r.stop(limit); if ((stop - r.at) > 2) bail(); const value = r.text(stop); $transit.push(value); break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 2) bail(); const value = r.text(stop); if (value === '') bail(); $destination = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { departure: $departure, transit: $transit, destination: $destination };
}
function sizeRoute(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.departure; if (!(value === '')) { const length = lengthOfText(value); if (length > 2) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.transit; if (list.length > 20) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 2) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.destination; if (!(value === '')) { const length = lengthOfText(value); if (length > 2) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeRoute(w: Writer, v: any): void { { const value = v.departure; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const list = v.transit; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.text(value); } }
{ const value = v.destination; if (!(value === '')) { w.varint(26); w.text(value); } } }
function readRouting(r: Reader, limit: number): any {
let $messageId: any = EMPTY, $type: any = 0, $schemaVersion: any = 0, $sender: any = '', $signingKeyId: any = EMPTY, $recipients: any = [], $threadId: any = EMPTY, $inReplyTo: any = EMPTY, $annexOf: any = EMPTY, $groupId: any = EMPTY, $groupVersion: any = 0, $createdAtMs: any = 0, $expiresAtMs: any = 0, $urgency: any = 0, $availability: any = 0, $classification: any = 0, $handling: any = [], $handlingTextPresent: any = false, $containsPersonalData: any = false, $purpose: any = 0, $exercise: any = false, $derivedFrom: any = [], $permissionIds: any = [], $retentionUntilMs: any = 0, $contactCopyExemption: any = 0, $attachments: any = [], $bodyDigest: any = EMPTY, $grant: any = undefined, $interim: any = false;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $messageId = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 18) bail(); if (value === 0) bail(); $type = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $schemaVersion = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $sender = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $signingKeyId = value; break; }
case 50: { if (last > 6) bail(); last = 6; if ($recipients.length >= 256) bail(); const value = readRecipient(r, r.stop(limit)); $recipients.push(value); break; }
case 58: { if (last >= 7) bail(); last = 7; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $threadId = value; break; }
case 66: { if (last >= 8) bail(); last = 8; const stop = r.stop(limit); if ((stop - r.at) !== 0 && (stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $inReplyTo = value; break; }
case 74: { if (last >= 9) bail(); last = 9; const stop = r.stop(limit); if ((stop - r.at) !== 0 && (stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $annexOf = value; break; }
case 82: { if (last >= 10) bail(); last = 10; const stop = r.stop(limit); if ((stop - r.at) !== 0 && (stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $groupId = value; break; }
case 88: { if (last >= 11) bail(); last = 11; const value = r.varint(limit); if (value === 0) bail(); $groupVersion = value; break; }
case 96: { if (last >= 12) bail(); last = 12; const value = r.varint(limit); if (value === 0) bail(); $createdAtMs = value; break; }
case 104: { if (last >= 13) bail(); last = 13; const value = r.varint(limit); if (value === 0) bail(); $expiresAtMs = value; break; }
case 112: { if (last >= 14) bail(); last = 14; const value = r.varint(limit); if (value > 2) bail(); if (value === 0) bail(); $urgency = value; break; }
case 120: { if (last >= 15) bail(); last = 15; const value = r.varint(limit); if (value > 2) bail(); if (value === 0) bail(); $availability = value; break; }
case 128: { if (last >= 16) bail(); last = 16; const value = r.varint(limit); if (value > 3) bail(); if (value === 0) bail(); $classification = value; break; }
case 138: { if (last >= 17) bail(); last = 17; const end = r.stop(limit); if (end === r.at) bail(); while (r.at < end) { if ($handling.length >= 8) bail(); const value = r.varint(end); if (value > 4) bail(); $handling.push(value); } break; }
case 144: { if (last >= 18) bail(); last = 18; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $handlingTextPresent = value; break; }
case 152: { if (last >= 19) bail(); last = 19; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $containsPersonalData = value; break; }
case 160: { if (last >= 20) bail(); last = 20; const value = r.varint(limit); if (value > 6) bail(); if (value === 0) bail(); $purpose = value; break; }
case 168: { if (last >= 21) bail(); last = 21; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $exercise = value; break; }
case 178: { if (last > 22) bail(); last = 22; if ($derivedFrom.length >= 32) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); $derivedFrom.push(value); break; }
case 186: { if (last > 23) bail(); last = 23; if ($permissionIds.length >= 32) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); $permissionIds.push(value); break; }
case 192: { if (last >= 24) bail(); last = 24; const value = r.varint(limit); if (value === 0) bail(); $retentionUntilMs = value; break; }
case 200: { if (last >= 25) bail(); last = 25; const value = r.varint(limit); if (value > 3) bail(); if (value === 0) bail(); $contactCopyExemption = value; break; }
case 210: { if (last > 26) bail(); last = 26; if ($attachments.length >= 64) bail(); const value = readAttachmentReference(r, r.stop(limit)); $attachments.push(value); break; }
case 218: { if (last >= 27) bail(); last = 27; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $bodyDigest = value; break; }
case 226: { if (last >= 28) bail(); last = 28; const value = readGrant(r, r.stop(limit)); $grant = value; break; }
case 232: { if (last >= 29) bail(); last = 29; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $interim = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($messageId.length === 0 || $signingKeyId.length === 0 || $threadId.length === 0 || $bodyDigest.length === 0) bail();
return { messageId: $messageId, type: $type, schemaVersion: $schemaVersion, sender: $sender, signingKeyId: $signingKeyId, recipients: $recipients, threadId: $threadId, inReplyTo: $inReplyTo, annexOf: $annexOf, groupId: $groupId, groupVersion: $groupVersion, createdAtMs: $createdAtMs, expiresAtMs: $expiresAtMs, urgency: $urgency, availability: $availability, classification: $classification, handling: $handling, handlingTextPresent: $handlingTextPresent, containsPersonalData: $containsPersonalData, purpose: $purpose, exercise: $exercise, derivedFrom: $derivedFrom, permissionIds: $permissionIds, retentionUntilMs: $retentionUntilMs, contactCopyExemption: $contactCopyExemption, attachments: $attachments, bodyDigest: $bodyDigest, grant: $grant, interim: $interim };
}
function sizeRouting(v: any): number { let size = 0; { const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.type; if (!(value === 0)) { size += 1 + numberSize(value, 18); } }
{ const value = v.schemaVersion; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.sender; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.signingKeyId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const list = v.recipients; if (list.length > 256) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeRecipient(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.threadId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.inReplyTo; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 0 && length !== 16) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.annexOf; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 0 && length !== 16) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.groupId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 0 && length !== 16) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.groupVersion; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.createdAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.expiresAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.urgency; if (!(value === 0)) { size += 1 + numberSize(value, 2); } }
{ const value = v.availability; if (!(value === 0)) { size += 1 + numberSize(value, 2); } }
{ const value = v.classification; if (!(value === 0)) { size += 2 + numberSize(value, 3); } }
{ const list = v.handling; if (list.length > 0) { if (list.length > 8) bail(); const slot = lengths.push(0) - 1; let inner = 0; for (let i = 0; i < list.length; i++) inner += numberSize(list[i], 4); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; } }
{ const value = v.handlingTextPresent; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 3; } }
{ const value = v.containsPersonalData; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 3; } }
{ const value = v.purpose; if (!(value === 0)) { size += 2 + numberSize(value, 6); } }
{ const value = v.exercise; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 3; } }
{ const list = v.derivedFrom; if (list.length > 32) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 16) bail(); size += 2 + varintSize(length) + length; } }
{ const list = v.permissionIds; if (list.length > 32) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 16) bail(); size += 2 + varintSize(length) + length; } }
{ const value = v.retentionUntilMs; if (!(value === 0)) { size += 2 + numberSize(value, 9007199254740991); } }
{ const value = v.contactCopyExemption; if (!(value === 0)) { size += 2 + numberSize(value, 3); } }
{ const list = v.attachments; if (list.length > 64) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeAttachmentReference(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; } }
{ const value = v.bodyDigest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 2 + varintSize(length) + length; } else bail(); }
{ const value = v.grant; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeGrant(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; } }
{ const value = v.interim; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 3; } } return size; }
function writeRouting(w: Writer, v: any): void { { const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.type; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.schemaVersion; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const value = v.sender; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.signingKeyId; if (!(lengthOfBytes(value) === 0)) { w.varint(42); w.bytes(value); } }
{ const list = v.recipients; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(50); w.length(); writeRecipient(w, value); } }
{ const value = v.threadId; if (!(lengthOfBytes(value) === 0)) { w.varint(58); w.bytes(value); } }
{ const value = v.inReplyTo; if (!(lengthOfBytes(value) === 0)) { w.varint(66); w.bytes(value); } }
{ const value = v.annexOf; if (!(lengthOfBytes(value) === 0)) { w.varint(74); w.bytes(value); } }
{ const value = v.groupId; if (!(lengthOfBytes(value) === 0)) { w.varint(82); w.bytes(value); } }
{ const value = v.groupVersion; if (!(value === 0)) { w.varint(88); w.varint(value); } }
{ const value = v.createdAtMs; if (!(value === 0)) { w.varint(96); w.varint(value); } }
{ const value = v.expiresAtMs; if (!(value === 0)) { w.varint(104); w.varint(value); } }
{ const value = v.urgency; if (!(value === 0)) { w.varint(112); w.varint(value); } }
{ const value = v.availability; if (!(value === 0)) { w.varint(120); w.varint(value); } }
{ const value = v.classification; if (!(value === 0)) { w.varint(128); w.varint(value); } }
{ const list = v.handling; if (list.length > 0) { w.varint(138); w.length(); for (let i = 0; i < list.length; i++) w.varint(list[i]); } }
{ const value = v.handlingTextPresent; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(144); w.varint(value ? 1 : 0); } }
{ const value = v.containsPersonalData; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(152); w.varint(value ? 1 : 0); } }
{ const value = v.purpose; if (!(value === 0)) { w.varint(160); w.varint(value); } }
{ const value = v.exercise; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(168); w.varint(value ? 1 : 0); } }
{ const list = v.derivedFrom; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(178); w.bytes(value); } }
{ const list = v.permissionIds; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(186); w.bytes(value); } }
{ const value = v.retentionUntilMs; if (!(value === 0)) { w.varint(192); w.varint(value); } }
{ const value = v.contactCopyExemption; if (!(value === 0)) { w.varint(200); w.varint(value); } }
{ const list = v.attachments; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(210); w.length(); writeAttachmentReference(w, value); } }
{ const value = v.bodyDigest; if (!(lengthOfBytes(value) === 0)) { w.varint(218); w.bytes(value); } }
{ const value = v.grant; if (!(value === undefined)) { w.varint(226); w.length(); writeGrant(w, value); } }
{ const value = v.interim; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(232); w.varint(value ? 1 : 0); } } }
function readSeizureReport(r: Reader, limit: number): any {
let $nationalRef: any = '', $form: any = 0, $seizedAt: any = '', $location: any = undefined, $locationType: any = 0, $direction: any = 0, $customsRegime: any = '', $conveyance: any = undefined, $route: any = undefined, $detectionMethod: any = 0, $concealment: any = '', $goods: any = [], $photos: any = [], $modusOperandi: any = '', $operationId: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 100) bail(); const value = r.text(stop); if (value === '') bail(); $nationalRef = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 2) bail(); if (value === 0) bail(); $form = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $seizedAt = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const value = readLocation(r, r.stop(limit)); $location = value; break; }
case 40: { if (last >= 5) bail(); last = 5; const value = r.varint(limit); if (value > 9) bail(); if (value === 0) bail(); $locationType = value; break; }
case 48: { if (last >= 6) bail(); last = 6; const value = r.varint(limit); if (value > 4) bail(); if (value === 0) bail(); $direction = value; break; }
case 58: { if (last >= 7) bail(); last = 7; const stop = r.stop(limit); if ((stop - r.at) > 100) bail(); const value = r.text(stop); if (value === '') bail(); $customsRegime = value; break; }
case 66: { if (last >= 8) bail(); last = 8; const value = readConveyance(r, r.stop(limit)); $conveyance = value; break; }
case 74: { if (last >= 9) bail(); last = 9; const value = readRoute(r, r.stop(limit)); $route = value; break; }
case 80: { if (last >= 10) bail(); last = 10; const value = r.varint(limit); if (value > 8) bail(); if (value === 0) bail(); $detectionMethod = value; break; }
case 90: { if (last >= 11) bail(); last = 11; const stop = r.stop(limit); if ((stop - r.at) > 5000) bail(); const value = r.text(stop); if (value === '') bail(); $concealment = value; break; }
case 98: { if (last > 12) bail(); last = 12; if ($goods.length >= 100) bail(); const value = readGoods(r, r.stop(limit)); $goods.push(value); break; }
case 106: { if (last > 13) bail(); last = 13; if ($photos.length >= 64) bail(); const value = readPhoto(r, r.stop(limit)); $photos.push(value); break; }
case 114: { if (last >= 14) bail(); last = 14; const stop = r.stop(limit); if ((stop - r.at) > 20000) bail(); const value = r.text(stop); if (value === '') bail(); $modusOperandi = value; break; }
case 122: { if (last >= 15) bail(); last = 15; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $operationId = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { nationalRef: $nationalRef, form: $form, seizedAt: $seizedAt, location: $location, locationType: $locationType, direction: $direction, customsRegime: $customsRegime, conveyance: $conveyance, route: $route, detectionMethod: $detectionMethod, concealment: $concealment, goods: $goods, photos: $photos, modusOperandi: $modusOperandi, operationId: $operationId };
}
function sizeSeizureReport(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.nationalRef; if (!(value === '')) { const length = lengthOfText(value); if (length > 100) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.form; if (!(value === 0)) { size += 1 + numberSize(value, 2); } }
{ const value = v.seizedAt; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.location; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeLocation(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.locationType; if (!(value === 0)) { size += 1 + numberSize(value, 9); } }
{ const value = v.direction; if (!(value === 0)) { size += 1 + numberSize(value, 4); } }
{ const value = v.customsRegime; if (!(value === '')) { const length = lengthOfText(value); if (length > 100) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.conveyance; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeConveyance(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.route; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeRoute(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.detectionMethod; if (!(value === 0)) { size += 1 + numberSize(value, 8); } }
{ const value = v.concealment; if (!(value === '')) { const length = lengthOfText(value); if (length > 5000) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.goods; if (list.length > 100) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeGoods(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const list = v.photos; if (list.length > 64) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizePhoto(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.modusOperandi; if (!(value === '')) { const length = lengthOfText(value); if (length > 20000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.operationId; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeSeizureReport(w: Writer, v: any): void { { const value = v.nationalRef; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.form; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.seizedAt; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.location; if (!(value === undefined)) { w.varint(34); w.length(); writeLocation(w, value); } }
{ const value = v.locationType; if (!(value === 0)) { w.varint(40); w.varint(value); } }
{ const value = v.direction; if (!(value === 0)) { w.varint(48); w.varint(value); } }
{ const value = v.customsRegime; if (!(value === '')) { w.varint(58); w.text(value); } }
{ const value = v.conveyance; if (!(value === undefined)) { w.varint(66); w.length(); writeConveyance(w, value); } }
{ const value = v.route; if (!(value === undefined)) { w.varint(74); w.length(); writeRoute(w, value); } }
{ const value = v.detectionMethod; if (!(value === 0)) { w.varint(80); w.varint(value); } }
{ const value = v.concealment; if (!(value === '')) { w.varint(90); w.text(value); } }
{ const list = v.goods; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(98); w.length(); writeGoods(w, value); } }
{ const list = v.photos; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(106); w.length(); writePhoto(w, value); } }
{ const value = v.modusOperandi; if (!(value === '')) { w.varint(114); w.text(value); } }
{ const value = v.operationId; if (!(value === '')) { w.varint(122); w.text(value); } } }
function readSessionClosed(r: Reader, limit: number): any {
let $session: any = EMPTY, $code: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $session = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $code = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($session.length === 0) bail();
return { session: $session, code: $code };
}
function sizeSessionClosed(v: any): number { let size = 0; { const value = v.session; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.code; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } } return size; }
function writeSessionClosed(w: Writer, v: any): void { { const value = v.session; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.code; if (!(value === 0)) { w.varint(16); w.varint(value); } } }
function readSessionLimits(r: Reader, limit: number): any {
let $frameBytesMax: any = 0, $submitMessagesMax: any = 0, $submitBytesInFlightMax: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $frameBytesMax = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $submitMessagesMax = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $submitBytesInFlightMax = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { frameBytesMax: $frameBytesMax, submitMessagesMax: $submitMessagesMax, submitBytesInFlightMax: $submitBytesInFlightMax };
}
function sizeSessionLimits(v: any): number { let size = 0; { const value = v.frameBytesMax; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.submitMessagesMax; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.submitBytesInFlightMax; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } } return size; }
function writeSessionLimits(w: Writer, v: any): void { { const value = v.frameBytesMax; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.submitMessagesMax; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.submitBytesInFlightMax; if (!(value === 0)) { w.varint(24); w.varint(value); } } }
function readSessionOpened(r: Reader, limit: number): any {
let $session: any = EMPTY, $agency: any = '', $node: any = '', $tlsKeyId: any = EMPTY, $mailboxes: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $session = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 32) bail(); const value = r.text(stop); if (value === '') bail(); $agency = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $node = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $tlsKeyId = value; break; }
case 42: { if (last > 5) bail(); last = 5; if ($mailboxes.length >= 64) bail(); const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); $mailboxes.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($session.length === 0 || $tlsKeyId.length === 0) bail();
return { session: $session, agency: $agency, node: $node, tlsKeyId: $tlsKeyId, mailboxes: $mailboxes };
}
function sizeSessionOpened(v: any): number { let size = 0; { const value = v.session; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.agency; if (!(value === '')) { const length = lengthOfText(value); if (length > 32) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.node; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.tlsKeyId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const list = v.mailboxes; if (list.length > 64) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeSessionOpened(w: Writer, v: any): void { { const value = v.session; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.agency; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.node; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.tlsKeyId; if (!(lengthOfBytes(value) === 0)) { w.varint(34); w.bytes(value); } }
{ const list = v.mailboxes; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(42); w.text(value); } } }
function readSetAgency(r: Reader, limit: number): any {
let $agency: any = '', $clearance: any = 0, $contact: any = '', $attachmentBytesMax: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 32) bail(); const value = r.text(stop); if (value === '') bail(); $agency = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 3) bail(); if (value === 0) bail(); $clearance = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $contact = value; break; }
case 32: { if (last >= 4) bail(); last = 4; const value = r.varint(limit); if (value === 0) bail(); $attachmentBytesMax = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { agency: $agency, clearance: $clearance, contact: $contact, attachmentBytesMax: $attachmentBytesMax };
}
function sizeSetAgency(v: any): number { let size = 0; { const value = v.agency; if (!(value === '')) { const length = lengthOfText(value); if (length > 32) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.clearance; if (!(value === 0)) { size += 1 + numberSize(value, 3); } }
{ const value = v.contact; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.attachmentBytesMax; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeSetAgency(w: Writer, v: any): void { { const value = v.agency; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.clearance; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.contact; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.attachmentBytesMax; if (!(value === 0)) { w.varint(32); w.varint(value); } } }
function readSetAgreement(r: Reader, limit: number): any {
let $agreement: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const value = readAgreement(r, r.stop(limit)); $agreement = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($agreement === undefined) bail();
return { agreement: $agreement };
}
function sizeSetAgreement(v: any): number { let size = 0; { const value = v.agreement; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeAgreement(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); } return size; }
function writeSetAgreement(w: Writer, v: any): void { { const value = v.agreement; if (!(value === undefined)) { w.varint(10); w.length(); writeAgreement(w, value); } } }
function readSetGroup(r: Reader, limit: number): any {
let $group: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const value = readGroup(r, r.stop(limit)); $group = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($group === undefined) bail();
return { group: $group };
}
function sizeSetGroup(v: any): number { let size = 0; { const value = v.group; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeGroup(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); } return size; }
function writeSetGroup(w: Writer, v: any): void { { const value = v.group; if (!(value === undefined)) { w.varint(10); w.length(); writeGroup(w, value); } } }
function readSetUnit(r: Reader, limit: number): any {
let $mailbox: any = '', $clearance: any = 0, $hostAgency: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $mailbox = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 3) bail(); if (value === 0) bail(); $clearance = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 32) bail(); const value = r.text(stop); if (value === '') bail(); $hostAgency = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { mailbox: $mailbox, clearance: $clearance, hostAgency: $hostAgency };
}
function sizeSetUnit(v: any): number { let size = 0; { const value = v.mailbox; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.clearance; if (!(value === 0)) { size += 1 + numberSize(value, 3); } }
{ const value = v.hostAgency; if (!(value === '')) { const length = lengthOfText(value); if (length > 32) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeSetUnit(w: Writer, v: any): void { { const value = v.mailbox; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.clearance; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.hostAgency; if (!(value === '')) { w.varint(26); w.text(value); } } }
function readShardClose(r: Reader, limit: number): any {
let $nextOrigin: any = '', $nextVerifierKey: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 128) bail(); const value = r.text(stop); if (value === '') bail(); $nextOrigin = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 256) bail(); const value = r.text(stop); if (value === '') bail(); $nextVerifierKey = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { nextOrigin: $nextOrigin, nextVerifierKey: $nextVerifierKey };
}
function sizeShardClose(v: any): number { let size = 0; { const value = v.nextOrigin; if (!(value === '')) { const length = lengthOfText(value); if (length > 128) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.nextVerifierKey; if (!(value === '')) { const length = lengthOfText(value); if (length > 256) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeShardClose(w: Writer, v: any): void { { const value = v.nextOrigin; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.nextVerifierKey; if (!(value === '')) { w.varint(18); w.text(value); } } }
function readShardLink(r: Reader, limit: number): any {
let $finalCheckpoint: any = EMPTY, $consistency: any = [], $close: any = EMPTY, $path: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 4096) bail(); const value = r.view(stop); if (value.length === 0) bail(); $finalCheckpoint = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($consistency.length >= 63) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); $consistency.push(value); break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 60000) bail(); const value = r.view(stop); if (value.length === 0) bail(); $close = value; break; }
case 34: { if (last > 4) bail(); last = 4; if ($path.length >= 63) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); $path.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { finalCheckpoint: $finalCheckpoint, consistency: $consistency, close: $close, path: $path };
}
function sizeShardLink(v: any): number { let size = 0; { const value = v.finalCheckpoint; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.consistency; if (list.length > 63) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.close; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 60000) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.path; if (list.length > 63) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeShardLink(w: Writer, v: any): void { { const value = v.finalCheckpoint; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const list = v.consistency; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.bytes(value); } }
{ const value = v.close; if (!(lengthOfBytes(value) === 0)) { w.varint(26); w.bytes(value); } }
{ const list = v.path; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.bytes(value); } } }
function readShardOpen(r: Reader, limit: number): any {
let $origin: any = '', $verifierKey: any = '', $operators: any = [], $anchors: any = [], $previousCheckpoint: any = EMPTY, $exchange: any = 0, $firstNumber: any = 0, $previousVerifierKey: any = '', $stateDigest: any = EMPTY, $snapshots: any = 0, $logVersion: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 128) bail(); const value = r.text(stop); if (value === '') bail(); $origin = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 256) bail(); const value = r.text(stop); if (value === '') bail(); $verifierKey = value; break; }
case 26: { if (last > 3) bail(); last = 3; if ($operators.length >= 16) bail(); const value = readOperatorKey(r, r.stop(limit)); $operators.push(value); break; }
case 34: { if (last > 4) bail(); last = 4; if ($anchors.length >= 6) bail(); const stop = r.stop(limit); if ((stop - r.at) > 8192) bail(); const value = r.view(stop); $anchors.push(value); break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 4096) bail(); const value = r.view(stop); if (value.length === 0) bail(); $previousCheckpoint = value; break; }
case 48: { if (last >= 6) bail(); last = 6; const value = r.varint(limit); if (value > 1) bail(); if (value === 0) bail(); $exchange = value; break; }
case 56: { if (last >= 7) bail(); last = 7; const value = r.varint(limit); if (value === 0) bail(); $firstNumber = value; break; }
case 66: { if (last >= 8) bail(); last = 8; const stop = r.stop(limit); if ((stop - r.at) > 256) bail(); const value = r.text(stop); if (value === '') bail(); $previousVerifierKey = value; break; }
case 74: { if (last >= 9) bail(); last = 9; const stop = r.stop(limit); if ((stop - r.at) !== 0 && (stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $stateDigest = value; break; }
case 80: { if (last >= 10) bail(); last = 10; const value = r.varint(limit); if (value === 0) bail(); $snapshots = value; break; }
case 88: { if (last >= 11) bail(); last = 11; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $logVersion = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { origin: $origin, verifierKey: $verifierKey, operators: $operators, anchors: $anchors, previousCheckpoint: $previousCheckpoint, exchange: $exchange, firstNumber: $firstNumber, previousVerifierKey: $previousVerifierKey, stateDigest: $stateDigest, snapshots: $snapshots, logVersion: $logVersion };
}
function sizeShardOpen(v: any): number { let size = 0; { const value = v.origin; if (!(value === '')) { const length = lengthOfText(value); if (length > 128) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.verifierKey; if (!(value === '')) { const length = lengthOfText(value); if (length > 256) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.operators; if (list.length > 16) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeOperatorKey(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const list = v.anchors; if (list.length > 6) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length > 8192) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.previousCheckpoint; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.exchange; if (!(value === 0)) { size += 1 + numberSize(value, 1); } }
{ const value = v.firstNumber; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.previousVerifierKey; if (!(value === '')) { const length = lengthOfText(value); if (length > 256) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.stateDigest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 0 && length !== 32) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.snapshots; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.logVersion; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } } return size; }
function writeShardOpen(w: Writer, v: any): void { { const value = v.origin; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.verifierKey; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const list = v.operators; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(26); w.length(); writeOperatorKey(w, value); } }
{ const list = v.anchors; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.bytes(value); } }
{ const value = v.previousCheckpoint; if (!(lengthOfBytes(value) === 0)) { w.varint(42); w.bytes(value); } }
{ const value = v.exchange; if (!(value === 0)) { w.varint(48); w.varint(value); } }
{ const value = v.firstNumber; if (!(value === 0)) { w.varint(56); w.varint(value); } }
{ const value = v.previousVerifierKey; if (!(value === '')) { w.varint(66); w.text(value); } }
{ const value = v.stateDigest; if (!(lengthOfBytes(value) === 0)) { w.varint(74); w.bytes(value); } }
{ const value = v.snapshots; if (!(value === 0)) { w.varint(80); w.varint(value); } }
{ const value = v.logVersion; if (!(value === 0)) { w.varint(88); w.varint(value); } } }
function readSignedLeaf(r: Reader, limit: number): any {
let $leaf: any = EMPTY, $signature: any = undefined, $path: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 58000) bail(); const value = r.view(stop); if (value.length === 0) bail(); $leaf = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const value = readBatchSignature(r, r.stop(limit)); $signature = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const value = readPath(r, r.stop(limit)); $path = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($signature === undefined || $path === undefined) bail();
return { leaf: $leaf, signature: $signature, path: $path };
}
function sizeSignedLeaf(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.leaf; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 58000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.signature; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeBatchSignature(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); }
{ const value = v.path; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizePath(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); } return size; }
function writeSignedLeaf(w: Writer, v: any): void { { const value = v.leaf; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.signature; if (!(value === undefined)) { w.varint(18); w.length(); writeBatchSignature(w, value); } }
{ const value = v.path; if (!(value === undefined)) { w.varint(26); w.length(); writePath(w, value); } } }
function readSigningKey(r: Reader, limit: number): any {
let $certificates: any = [], $registeredIndex: any = 0, $revokedIndex: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last > 1) bail(); last = 1; if ($certificates.length >= 6) bail(); const stop = r.stop(limit); if ((stop - r.at) > 8192) bail(); const value = r.view(stop); $certificates.push(value); break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value === 0) bail(); $registeredIndex = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $revokedIndex = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { certificates: $certificates, registeredIndex: $registeredIndex, revokedIndex: $revokedIndex };
}
function sizeSigningKey(v: any): number { let size = 0; { const list = v.certificates; if (list.length > 6) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length > 8192) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.registeredIndex; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.revokedIndex; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeSigningKey(w: Writer, v: any): void { { const list = v.certificates; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(10); w.bytes(value); } }
{ const value = v.registeredIndex; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.revokedIndex; if (!(value === 0)) { w.varint(24); w.varint(value); } } }
function readSnapshot(r: Reader, limit: number): any {
let $table: any = '', $rows: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 32) bail(); const value = r.text(stop); if (value === '') bail(); $table = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 56000) bail(); const value = r.view(stop); if (value.length === 0) bail(); $rows = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { table: $table, rows: $rows };
}
function sizeSnapshot(v: any): number { let size = 0; { const value = v.table; if (!(value === '')) { const length = lengthOfText(value); if (length > 32) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.rows; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 56000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeSnapshot(w: Writer, v: any): void { { const value = v.table; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.rows; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } } }
function readSpontaneousInformation(r: Reader, limit: number): any {
let $crimeArea: any = 0, $text: any = '', $evaluation: any = undefined, $subject: any = '', $objects: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 12) bail(); if (value === 0) bail(); $crimeArea = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 200000) bail(); const value = r.text(stop); if (value === '') bail(); $text = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const value = readEvaluation(r, r.stop(limit)); $evaluation = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $subject = value; break; }
case 50: { if (last > 6) bail(); last = 6; if ($objects.length >= 200) bail(); const value = readCaseObject(r, r.stop(limit)); $objects.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { crimeArea: $crimeArea, text: $text, evaluation: $evaluation, subject: $subject, objects: $objects };
}
function sizeSpontaneousInformation(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.crimeArea; if (!(value === 0)) { size += 1 + numberSize(value, 12); } }
{ const value = v.text; if (!(value === '')) { const length = lengthOfText(value); if (length > 200000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.evaluation; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeEvaluation(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.subject; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.objects; if (list.length > 200) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeCaseObject(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeSpontaneousInformation(w: Writer, v: any): void { { const value = v.crimeArea; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.text; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.evaluation; if (!(value === undefined)) { w.varint(34); w.length(); writeEvaluation(w, value); } }
{ const value = v.subject; if (!(value === '')) { w.varint(42); w.text(value); } }
{ const list = v.objects; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(50); w.length(); writeCaseObject(w, value); } } }
function readSubmissionAcceptance(r: Reader, limit: number): any {
let $header: any = EMPTY, $signature: any = undefined, $path: any = undefined, $numbers: any = [], $contentBytes: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 52000) bail(); const value = r.view(stop); if (value.length === 0) bail(); $header = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const value = readBatchSignature(r, r.stop(limit)); $signature = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const value = readPath(r, r.stop(limit)); $path = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const end = r.stop(limit); if (end === r.at) bail(); while (r.at < end) { if ($numbers.length >= 256) bail(); const value = r.varint(end); $numbers.push(value); } break; }
case 40: { if (last >= 5) bail(); last = 5; const value = r.varint(limit); if (value === 0) bail(); $contentBytes = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($signature === undefined || $path === undefined) bail();
return { header: $header, signature: $signature, path: $path, numbers: $numbers, contentBytes: $contentBytes };
}
function sizeSubmissionAcceptance(v: any): number { let size = 0; { const value = v.header; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 52000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.signature; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeBatchSignature(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); }
{ const value = v.path; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizePath(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); }
{ const list = v.numbers; if (list.length > 0) { if (list.length > 256) bail(); const slot = lengths.push(0) - 1; let inner = 0; for (let i = 0; i < list.length; i++) inner += numberSize(list[i], 9007199254740991); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.contentBytes; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeSubmissionAcceptance(w: Writer, v: any): void { { const value = v.header; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.signature; if (!(value === undefined)) { w.varint(18); w.length(); writeBatchSignature(w, value); } }
{ const value = v.path; if (!(value === undefined)) { w.varint(26); w.length(); writePath(w, value); } }
{ const list = v.numbers; if (list.length > 0) { w.varint(34); w.length(); for (let i = 0; i < list.length; i++) w.varint(list[i]); } }
{ const value = v.contentBytes; if (!(value === 0)) { w.varint(40); w.varint(value); } } }
function readSubmissionRejection(r: Reader, limit: number): any {
let $sender: any = '', $messageId: any = EMPTY, $headerDigest: any = EMPTY, $code: any = 0, $signature: any = undefined, $path: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $sender = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $messageId = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $headerDigest = value; break; }
case 32: { if (last >= 4) bail(); last = 4; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $code = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const value = readBatchSignature(r, r.stop(limit)); $signature = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const value = readPath(r, r.stop(limit)); $path = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($messageId.length === 0 || $headerDigest.length === 0 || $signature === undefined || $path === undefined) bail();
return { sender: $sender, messageId: $messageId, headerDigest: $headerDigest, code: $code, signature: $signature, path: $path };
}
function sizeSubmissionRejection(v: any): number { let size = 0; { const value = v.sender; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.headerDigest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.code; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.signature; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeBatchSignature(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); }
{ const value = v.path; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizePath(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); } return size; }
function writeSubmissionRejection(w: Writer, v: any): void { { const value = v.sender; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const value = v.headerDigest; if (!(lengthOfBytes(value) === 0)) { w.varint(26); w.bytes(value); } }
{ const value = v.code; if (!(value === 0)) { w.varint(32); w.varint(value); } }
{ const value = v.signature; if (!(value === undefined)) { w.varint(42); w.length(); writeBatchSignature(w, value); } }
{ const value = v.path; if (!(value === undefined)) { w.varint(50); w.length(); writePath(w, value); } } }
function readSubmitOutcome(r: Reader, limit: number): any {
let $messageId: any = EMPTY, $outcome: any;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 0 && (stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $messageId = value; break; }
case 18: { if (last >= 2) bail(); last = 2; if ($outcome !== undefined) bail(); const value = readLoggedEntry(r, r.stop(limit)); $outcome = { kind: 'accepted', value }; break; }
case 26: { if (last >= 3) bail(); last = 3; if ($outcome !== undefined) bail(); const value = readRefusal(r, r.stop(limit)); $outcome = { kind: 'refused', value }; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($outcome === undefined) bail();
return { messageId: $messageId, outcome: $outcome };
}
function sizeSubmitOutcome(v: any): number { let size = 0; { const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 0 && length !== 16) bail(); size += 1 + varintSize(length) + length; } }
{ const member = v.outcome; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'accepted': { const slot = lengths.push(0) - 1; const inner = sizeLoggedEntry(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'refused': { const slot = lengths.push(0) - 1; const inner = sizeRefusal(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } default: bail(); } } return size; }
function writeSubmitOutcome(w: Writer, v: any): void { { const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const member = v.outcome; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'accepted': { w.varint(18); w.length(); writeLoggedEntry(w, value); break; } case 'refused': { w.varint(26); w.length(); writeRefusal(w, value); break; } default: bail(); } } }
function readSubmitResult(r: Reader, limit: number): any {
let $request: any = 0, $checkpoint: any = EMPTY, $hashes: any = [], $outcomes: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 4096) bail(); const value = r.view(stop); if (value.length === 0) bail(); $checkpoint = value; break; }
case 26: { if (last > 3) bail(); last = 3; if ($hashes.length >= 65536) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); $hashes.push(value); break; }
case 34: { if (last > 4) bail(); last = 4; if ($outcomes.length >= 1024) bail(); const value = readSubmitOutcome(r, r.stop(limit)); $outcomes.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { request: $request, checkpoint: $checkpoint, hashes: $hashes, outcomes: $outcomes };
}
function sizeSubmitResult(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.hashes; if (list.length > 65536) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.outcomes; if (list.length > 1024) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeSubmitOutcome(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeSubmitResult(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const list = v.hashes; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(26); w.bytes(value); } }
{ const list = v.outcomes; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.length(); writeSubmitOutcome(w, value); } } }
function readSubmit(r: Reader, limit: number): any {
let $request: any = 0, $envelopes: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $request = value; break; }
case 18: { if (last > 2) bail(); last = 2; if ($envelopes.length >= 1024) bail(); const value = readEnvelope(r, r.stop(limit)); $envelopes.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
return { request: $request, envelopes: $envelopes };
}
function sizeSubmit(v: any): number { let size = 0; { const value = v.request; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const list = v.envelopes; if (list.length > 1024) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeEnvelope(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeSubmit(w: Writer, v: any): void { { const value = v.request; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const list = v.envelopes; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.length(); writeEnvelope(w, value); } } }
function readSuspend(r: Reader, limit: number): any {
let $agency: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 32) bail(); const value = r.text(stop); if (value === '') bail(); $agency = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { agency: $agency };
}
function sizeSuspend(v: any): number { let size = 0; { const value = v.agency; if (!(value === '')) { const length = lengthOfText(value); if (length > 32) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeSuspend(w: Writer, v: any): void { { const value = v.agency; if (!(value === '')) { w.varint(10); w.text(value); } } }
function readTick(r: Reader, limit: number): any {
while (r.at < limit) {
switch (r.varint(limit)) { default: bail(); }
}
if (r.at !== limit) bail();
return { };
}
function sizeTick(v: any): number { let size = 0; return size; }
function writeTick(w: Writer, v: any): void { }
function readVehicle(r: Reader, limit: number): any {
let $registration: any = '', $country: any = '', $make: any = '', $model: any = '', $colour: any = '', $vin: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 32) bail(); const value = r.text(stop); if (value === '') bail(); $registration = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 2) bail(); const value = r.text(stop); if (value === '') bail(); $country = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 100) bail(); const value = r.text(stop); if (value === '') bail(); $make = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 100) bail(); const value = r.text(stop); if (value === '') bail(); $model = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 50) bail(); const value = r.text(stop); if (value === '') bail(); $colour = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) > 17) bail(); const value = r.text(stop); if (value === '') bail(); $vin = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { registration: $registration, country: $country, make: $make, model: $model, colour: $colour, vin: $vin };
}
function sizeVehicle(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.registration; if (!(value === '')) { const length = lengthOfText(value); if (length > 32) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.country; if (!(value === '')) { const length = lengthOfText(value); if (length > 2) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.make; if (!(value === '')) { const length = lengthOfText(value); if (length > 100) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.model; if (!(value === '')) { const length = lengthOfText(value); if (length > 100) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.colour; if (!(value === '')) { const length = lengthOfText(value); if (length > 50) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.vin; if (!(value === '')) { const length = lengthOfText(value); if (length > 17) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeVehicle(w: Writer, v: any): void { { const value = v.registration; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.country; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.make; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.model; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.colour; if (!(value === '')) { w.varint(42); w.text(value); } }
{ const value = v.vin; if (!(value === '')) { w.varint(50); w.text(value); } } }
function readVessel(r: Reader, limit: number): any {
let $name: any = '', $imo: any = '', $mmsi: any = '', $flag: any = '', $callSign: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $name = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 7) bail(); const value = r.text(stop); if (value === '') bail(); $imo = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 9) bail(); const value = r.text(stop); if (value === '') bail(); $mmsi = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 2) bail(); const value = r.text(stop); if (value === '') bail(); $flag = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 16) bail(); const value = r.text(stop); if (value === '') bail(); $callSign = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { name: $name, imo: $imo, mmsi: $mmsi, flag: $flag, callSign: $callSign };
}
function sizeVessel(v: any): number { if (v.$unknown !== undefined) bail(); let size = 0; { const value = v.name; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.imo; if (!(value === '')) { const length = lengthOfText(value); if (length > 7) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.mmsi; if (!(value === '')) { const length = lengthOfText(value); if (length > 9) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.flag; if (!(value === '')) { const length = lengthOfText(value); if (length > 2) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.callSign; if (!(value === '')) { const length = lengthOfText(value); if (length > 16) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeVessel(w: Writer, v: any): void { { const value = v.name; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.imo; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.mmsi; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.flag; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.callSign; if (!(value === '')) { w.varint(42); w.text(value); } } }
function readWelcome(r: Reader, limit: number): any {
let $version: any = 0, $session: any = EMPTY, $limits: any = undefined, $checkpoint: any = EMPTY, $consistency: any = [], $nowMs: any = 0, $capabilities: any = [], $shards: any = [], $firstNumber: any = 0;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $version = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $session = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const value = readSessionLimits(r, r.stop(limit)); $limits = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 4096) bail(); const value = r.view(stop); if (value.length === 0) bail(); $checkpoint = value; break; }
case 42: { if (last > 5) bail(); last = 5; if ($consistency.length >= 63) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); $consistency.push(value); break; }
case 48: { if (last >= 6) bail(); last = 6; const value = r.varint(limit); if (value === 0) bail(); $nowMs = value; break; }
case 58: { if (last > 7) bail(); last = 7; if ($capabilities.length >= 32) bail(); const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); $capabilities.push(value); break; }
case 66: { if (last > 8) bail(); last = 8; if ($shards.length >= 64) bail(); const value = readShardLink(r, r.stop(limit)); $shards.push(value); break; }
case 72: { if (last >= 9) bail(); last = 9; const value = r.varint(limit); if (value === 0) bail(); $firstNumber = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($session.length === 0 || $limits === undefined) bail();
return { version: $version, session: $session, limits: $limits, checkpoint: $checkpoint, consistency: $consistency, nowMs: $nowMs, capabilities: $capabilities, shards: $shards, firstNumber: $firstNumber };
}
function sizeWelcome(v: any): number { let size = 0; { const value = v.version; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.session; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.limits; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeSessionLimits(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.consistency; if (list.length > 63) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.nowMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const list = v.capabilities; if (list.length > 32) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.shards; if (list.length > 64) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeShardLink(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.firstNumber; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeWelcome(w: Writer, v: any): void { { const value = v.version; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.session; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const value = v.limits; if (!(value === undefined)) { w.varint(26); w.length(); writeSessionLimits(w, value); } }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { w.varint(34); w.bytes(value); } }
{ const list = v.consistency; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(42); w.bytes(value); } }
{ const value = v.nowMs; if (!(value === 0)) { w.varint(48); w.varint(value); } }
{ const list = v.capabilities; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(58); w.text(value); } }
{ const list = v.shards; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(66); w.length(); writeShardLink(w, value); } }
{ const value = v.firstNumber; if (!(value === 0)) { w.varint(72); w.varint(value); } } }
export interface FastCodec { read: (r: Reader, limit: number) => any; size: (v: any) => number; write: (w: Writer, v: any) => void }
/** By name of the message. */
export const CODECS: Readonly<Record<string, FastCodec>> = { AcceptanceRejectionExpiry: { read: readAcceptanceRejectionExpiry, size: sizeAcceptanceRejectionExpiry, write: writeAcceptanceRejectionExpiry },
Account: { read: readAccount, size: sizeAccount, write: writeAccount },
Act: { read: readAct, size: sizeAct, write: writeAct },
Agreement: { read: readAgreement, size: sizeAgreement, write: writeAgreement },
Alert: { read: readAlert, size: sizeAlert, write: writeAlert },
AttachmentReference: { read: readAttachmentReference, size: sizeAttachmentReference, write: writeAttachmentReference },
Attachment: { read: readAttachment, size: sizeAttachment, write: writeAttachment },
AuditRead: { read: readAuditRead, size: sizeAuditRead, write: writeAuditRead },
BatchSignature: { read: readBatchSignature, size: sizeBatchSignature, write: writeBatchSignature },
BlobChunk: { read: readBlobChunk, size: sizeBlobChunk, write: writeBlobChunk },
BlobGet: { read: readBlobGet, size: sizeBlobGet, write: writeBlobGet },
BlobPut: { read: readBlobPut, size: sizeBlobPut, write: writeBlobPut },
BlobState: { read: readBlobState, size: sizeBlobState, write: writeBlobState },
Body: { read: readBody, size: sizeBody, write: writeBody },
CaseObject: { read: readCaseObject, size: sizeCaseObject, write: writeCaseObject },
CashAmount: { read: readCashAmount, size: sizeCashAmount, write: writeCashAmount },
CertificateChain: { read: readCertificateChain, size: sizeCertificateChain, write: writeCertificateChain },
ClarificationRequest: { read: readClarificationRequest, size: sizeClarificationRequest, write: writeClarificationRequest },
Clarification: { read: readClarification, size: sizeClarification, write: writeClarification },
CloseShard: { read: readCloseShard, size: sizeCloseShard, write: writeCloseShard },
Communication: { read: readCommunication, size: sizeCommunication, write: writeCommunication },
ComplianceReceipt: { read: readComplianceReceipt, size: sizeComplianceReceipt, write: writeComplianceReceipt },
ConfirmClock: { read: readConfirmClock, size: sizeConfirmClock, write: writeConfirmClock },
ConsignmentAcceptance: { read: readConsignmentAcceptance, size: sizeConsignmentAcceptance, write: writeConsignmentAcceptance },
ConsignmentRejection: { read: readConsignmentRejection, size: sizeConsignmentRejection, write: writeConsignmentRejection },
Consignment: { read: readConsignment, size: sizeConsignment, write: writeConsignment },
Container: { read: readContainer, size: sizeContainer, write: writeContainer },
ContentAccessTracking: { read: readContentAccessTracking, size: sizeContentAccessTracking, write: writeContentAccessTracking },
ContentErasure: { read: readContentErasure, size: sizeContentErasure, write: writeContentErasure },
ContentHandoverFailure: { read: readContentHandoverFailure, size: sizeContentHandoverFailure, write: writeContentHandoverFailure },
ContentHandover: { read: readContentHandover, size: sizeContentHandover, write: writeContentHandover },
Conveyance: { read: readConveyance, size: sizeConveyance, write: writeConveyance },
Correction: { read: readCorrection, size: sizeCorrection, write: writeCorrection },
DeadlineEvent: { read: readDeadlineEvent, size: sizeDeadlineEvent, write: writeDeadlineEvent },
DeadlineNotice: { read: readDeadlineNotice, size: sizeDeadlineNotice, write: writeDeadlineNotice },
Deliver: { read: readDeliver, size: sizeDeliver, write: writeDeliver },
Delivery: { read: readDelivery, size: sizeDelivery, write: writeDelivery },
DirectoryGet: { read: readDirectoryGet, size: sizeDirectoryGet, write: writeDirectoryGet },
DirectoryRecord: { read: readDirectoryRecord, size: sizeDirectoryRecord, write: writeDirectoryRecord },
Directory: { read: readDirectory, size: sizeDirectory, write: writeDirectory },
Document: { read: readDocument, size: sizeDocument, write: writeDocument },
DropShard: { read: readDropShard, size: sizeDropShard, write: writeDropShard },
EncryptionKey: { read: readEncryptionKey, size: sizeEncryptionKey, write: writeEncryptionKey },
EndAgreement: { read: readEndAgreement, size: sizeEndAgreement, write: writeEndAgreement },
EndGroup: { read: readEndGroup, size: sizeEndGroup, write: writeEndGroup },
Enrol: { read: readEnrol, size: sizeEnrol, write: writeEnrol },
Entry: { read: readEntry, size: sizeEntry, write: writeEntry },
Envelope: { read: readEnvelope, size: sizeEnvelope, write: writeEnvelope },
Error: { read: readError, size: sizeError, write: writeError },
Evaluation: { read: readEvaluation, size: sizeEvaluation, write: writeEvaluation },
EventStatement: { read: readEventStatement, size: sizeEventStatement, write: writeEventStatement },
EventsResult: { read: readEventsResult, size: sizeEventsResult, write: writeEventsResult },
Events: { read: readEvents, size: sizeEvents, write: writeEvents },
Evidence: { read: readEvidence, size: sizeEvidence, write: writeEvidence },
Frame: { read: readFrame, size: sizeFrame, write: writeFrame },
GoAway: { read: readGoAway, size: sizeGoAway, write: writeGoAway },
Goods: { read: readGoods, size: sizeGoods, write: writeGoods },
Grant: { read: readGrant, size: sizeGrant, write: writeGrant },
GroupChange: { read: readGroupChange, size: sizeGroupChange, write: writeGroupChange },
GroupGet: { read: readGroupGet, size: sizeGroupGet, write: writeGroupGet },
GroupPutResult: { read: readGroupPutResult, size: sizeGroupPutResult, write: writeGroupPutResult },
GroupPut: { read: readGroupPut, size: sizeGroupPut, write: writeGroupPut },
Group: { read: readGroup, size: sizeGroup, write: writeGroup },
GroupStatement: { read: readGroupStatement, size: sizeGroupStatement, write: writeGroupStatement },
Groups: { read: readGroups, size: sizeGroups, write: writeGroups },
HandoverResultItem: { read: readHandoverResultItem, size: sizeHandoverResultItem, write: writeHandoverResultItem },
HandoverResult: { read: readHandoverResult, size: sizeHandoverResult, write: writeHandoverResult },
Handover: { read: readHandover, size: sizeHandover, write: writeHandover },
HandoverStatement: { read: readHandoverStatement, size: sizeHandoverStatement, write: writeHandoverStatement },
Header: { read: readHeader, size: sizeHeader, write: writeHeader },
Hello: { read: readHello, size: sizeHello, write: writeHello },
Hold: { read: readHold, size: sizeHold, write: writeHold },
Identifier: { read: readIdentifier, size: sizeIdentifier, write: writeIdentifier },
InformationAnswer: { read: readInformationAnswer, size: sizeInformationAnswer, write: writeInformationAnswer },
InformationRequest: { read: readInformationRequest, size: sizeInformationRequest, write: writeInformationRequest },
KeyRevoked: { read: readKeyRevoked, size: sizeKeyRevoked, write: writeKeyRevoked },
KeyStatement: { read: readKeyStatement, size: sizeKeyStatement, write: writeKeyStatement },
Location: { read: readLocation, size: sizeLocation, write: writeLocation },
LoggedEntry: { read: readLoggedEntry, size: sizeLoggedEntry, write: writeLoggedEntry },
MailboxCursor: { read: readMailboxCursor, size: sizeMailboxCursor, write: writeMailboxCursor },
NodeEntry: { read: readNodeEntry, size: sizeNodeEntry, write: writeNodeEntry },
NominalAnnex: { read: readNominalAnnex, size: sizeNominalAnnex, write: writeNominalAnnex },
NominalOrganisation: { read: readNominalOrganisation, size: sizeNominalOrganisation, write: writeNominalOrganisation },
NominalPerson: { read: readNominalPerson, size: sizeNominalPerson, write: writeNominalPerson },
NoticeApproval: { read: readNoticeApproval, size: sizeNoticeApproval, write: writeNoticeApproval },
OperationNotice: { read: readOperationNotice, size: sizeOperationNotice, write: writeOperationNotice },
OperatorAct: { read: readOperatorAct, size: sizeOperatorAct, write: writeOperatorAct },
OperatorKey: { read: readOperatorKey, size: sizeOperatorKey, write: writeOperatorKey },
Organisation: { read: readOrganisation, size: sizeOrganisation, write: writeOrganisation },
Path: { read: readPath, size: sizePath, write: writePath },
PermissionDecision: { read: readPermissionDecision, size: sizePermissionDecision, write: writePermissionDecision },
PermissionRequest: { read: readPermissionRequest, size: sizePermissionRequest, write: writePermissionRequest },
Person: { read: readPerson, size: sizePerson, write: writePerson },
Photo: { read: readPhoto, size: sizePhoto, write: writePhoto },
Ping: { read: readPing, size: sizePing, write: writePing },
Pong: { read: readPong, size: sizePong, write: writePong },
ProofGet: { read: readProofGet, size: sizeProofGet, write: writeProofGet },
Proofs: { read: readProofs, size: sizeProofs, write: writeProofs },
Provenance: { read: readProvenance, size: sizeProvenance, write: writeProvenance },
Purge: { read: readPurge, size: sizePurge, write: writePurge },
ReadRange: { read: readReadRange, size: sizeReadRange, write: writeReadRange },
Ready: { read: readReady, size: sizeReady, write: writeReady },
Recall: { read: readRecall, size: sizeRecall, write: writeRecall },
Recipient: { read: readRecipient, size: sizeRecipient, write: writeRecipient },
RefusalCount: { read: readRefusalCount, size: sizeRefusalCount, write: writeRefusalCount },
Refusal: { read: readRefusal, size: sizeRefusal, write: writeRefusal },
RefusalSummary: { read: readRefusalSummary, size: sizeRefusalSummary, write: writeRefusalSummary },
ReleaseHold: { read: readReleaseHold, size: sizeReleaseHold, write: writeReleaseHold },
Release: { read: readRelease, size: sizeRelease, write: writeRelease },
RequestRefusal: { read: readRequestRefusal, size: sizeRequestRefusal, write: writeRequestRefusal },
RestrictionUpdate: { read: readRestrictionUpdate, size: sizeRestrictionUpdate, write: writeRestrictionUpdate },
Revoke: { read: readRevoke, size: sizeRevoke, write: writeRevoke },
RiskProfile: { read: readRiskProfile, size: sizeRiskProfile, write: writeRiskProfile },
Route: { read: readRoute, size: sizeRoute, write: writeRoute },
Routing: { read: readRouting, size: sizeRouting, write: writeRouting },
SeizureReport: { read: readSeizureReport, size: sizeSeizureReport, write: writeSeizureReport },
SessionClosed: { read: readSessionClosed, size: sizeSessionClosed, write: writeSessionClosed },
SessionLimits: { read: readSessionLimits, size: sizeSessionLimits, write: writeSessionLimits },
SessionOpened: { read: readSessionOpened, size: sizeSessionOpened, write: writeSessionOpened },
SetAgency: { read: readSetAgency, size: sizeSetAgency, write: writeSetAgency },
SetAgreement: { read: readSetAgreement, size: sizeSetAgreement, write: writeSetAgreement },
SetGroup: { read: readSetGroup, size: sizeSetGroup, write: writeSetGroup },
SetUnit: { read: readSetUnit, size: sizeSetUnit, write: writeSetUnit },
ShardClose: { read: readShardClose, size: sizeShardClose, write: writeShardClose },
ShardLink: { read: readShardLink, size: sizeShardLink, write: writeShardLink },
ShardOpen: { read: readShardOpen, size: sizeShardOpen, write: writeShardOpen },
SignedLeaf: { read: readSignedLeaf, size: sizeSignedLeaf, write: writeSignedLeaf },
SigningKey: { read: readSigningKey, size: sizeSigningKey, write: writeSigningKey },
Snapshot: { read: readSnapshot, size: sizeSnapshot, write: writeSnapshot },
SpontaneousInformation: { read: readSpontaneousInformation, size: sizeSpontaneousInformation, write: writeSpontaneousInformation },
SubmissionAcceptance: { read: readSubmissionAcceptance, size: sizeSubmissionAcceptance, write: writeSubmissionAcceptance },
SubmissionRejection: { read: readSubmissionRejection, size: sizeSubmissionRejection, write: writeSubmissionRejection },
SubmitOutcome: { read: readSubmitOutcome, size: sizeSubmitOutcome, write: writeSubmitOutcome },
SubmitResult: { read: readSubmitResult, size: sizeSubmitResult, write: writeSubmitResult },
Submit: { read: readSubmit, size: sizeSubmit, write: writeSubmit },
Suspend: { read: readSuspend, size: sizeSuspend, write: writeSuspend },
Tick: { read: readTick, size: sizeTick, write: writeTick },
Vehicle: { read: readVehicle, size: sizeVehicle, write: writeVehicle },
Vessel: { read: readVessel, size: sizeVessel, write: writeVessel },
Welcome: { read: readWelcome, size: sizeWelcome, write: writeWelcome }, };

// Generated from generated/schema.ts by `npm run generate`. Do not edit.
// @ts-nocheck -- the generator vouches for it, and test/protocol/fast-path.test.ts
import { bail, EMPTY, lengthOfBytes, lengthOfText, lengths, numberSize, varintSize, type Reader, type Writer } from '../fast-path.ts';
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
case 114: { if (last >= 14) bail(); last = 14; if ($act !== undefined) bail(); const value = readConfirmClock(r, r.stop(limit)); $act = { kind: 'confirmClock', value }; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($blind.length === 0 || $act === undefined) bail();
return { blind: $blind, origin: $origin, number: $number, createdAtMs: $createdAtMs, act: $act };
}
function sizeAct(v: any): number { let size = 0; { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.origin; if (!(value === '')) { const length = lengthOfText(value); if (length > 128) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.number; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.createdAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const member = v.act; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'enrol': { const slot = lengths.push(0) - 1; const inner = sizeEnrol(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'suspend': { const slot = lengths.push(0) - 1; const inner = sizeSuspend(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'release': { const slot = lengths.push(0) - 1; const inner = sizeRelease(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'revoke': { const slot = lengths.push(0) - 1; const inner = sizeRevoke(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'confirmClock': { const slot = lengths.push(0) - 1; const inner = sizeConfirmClock(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } default: bail(); } } return size; }
function writeAct(w: Writer, v: any): void { { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.origin; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.number; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const value = v.createdAtMs; if (!(value === 0)) { w.varint(32); w.varint(value); } }
{ const member = v.act; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'enrol': { w.varint(82); w.length(); writeEnrol(w, value); break; } case 'suspend': { w.varint(90); w.length(); writeSuspend(w, value); break; } case 'release': { w.varint(98); w.length(); writeRelease(w, value); break; } case 'revoke': { w.varint(106); w.length(); writeRevoke(w, value); break; } case 'confirmClock': { w.varint(114); w.length(); writeConfirmClock(w, value); break; } default: bail(); } } }
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
function sizeBatchSignature(v: any): number { let size = 0; { const value = v.algorithm; if (!(value === 0)) { size += 1 + numberSize(value, 4); } }
{ const value = v.keyId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.size; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.signature; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeBatchSignature(w: Writer, v: any): void { { const value = v.algorithm; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.keyId; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const value = v.size; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const value = v.signature; if (!(lengthOfBytes(value) === 0)) { w.varint(34); w.bytes(value); } } }
function readBody(r: Reader, limit: number): any {
let $caseNumber: any = '', $language: any = '', $handlingText: any = '', $content: any;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 200) bail(); const value = r.text(stop); if (value === '') bail(); $caseNumber = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 35) bail(); const value = r.text(stop); if (value === '') bail(); $language = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $handlingText = value; break; }
case 82: { if (last >= 10) bail(); last = 10; if ($content !== undefined) bail(); const value = readInformationRequest(r, r.stop(limit)); $content = { kind: 'informationRequest', value }; break; }
case 90: { if (last >= 11) bail(); last = 11; if ($content !== undefined) bail(); const value = readInformationAnswer(r, r.stop(limit)); $content = { kind: 'informationAnswer', value }; break; }
case 98: { if (last >= 12) bail(); last = 12; if ($content !== undefined) bail(); const value = readSpontaneousInformation(r, r.stop(limit)); $content = { kind: 'spontaneousInformation', value }; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($content === undefined) bail();
return { caseNumber: $caseNumber, language: $language, handlingText: $handlingText, content: $content };
}
function sizeBody(v: any): number { let size = 0; { const value = v.caseNumber; if (!(value === '')) { const length = lengthOfText(value); if (length > 200) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.language; if (!(value === '')) { const length = lengthOfText(value); if (length > 35) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.handlingText; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } }
{ const member = v.content; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'informationRequest': { const slot = lengths.push(0) - 1; const inner = sizeInformationRequest(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'informationAnswer': { const slot = lengths.push(0) - 1; const inner = sizeInformationAnswer(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'spontaneousInformation': { const slot = lengths.push(0) - 1; const inner = sizeSpontaneousInformation(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } default: bail(); } } return size; }
function writeBody(w: Writer, v: any): void { { const value = v.caseNumber; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.language; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.handlingText; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const member = v.content; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'informationRequest': { w.varint(82); w.length(); writeInformationRequest(w, value); break; } case 'informationAnswer': { w.varint(90); w.length(); writeInformationAnswer(w, value); break; } case 'spontaneousInformation': { w.varint(98); w.length(); writeSpontaneousInformation(w, value); break; } default: bail(); } } }
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
let $mailbox: any = '', $status: any = 0, $version: any = 0, $signingKeys: any = [], $keyStatement: any = undefined;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); if (value === '') bail(); $mailbox = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 2) bail(); if (value === 0) bail(); $status = value; break; }
case 24: { if (last >= 3) bail(); last = 3; const value = r.varint(limit); if (value === 0) bail(); $version = value; break; }
case 34: { if (last > 4) bail(); last = 4; if ($signingKeys.length >= 16) bail(); const value = readSigningKey(r, r.stop(limit)); $signingKeys.push(value); break; }
case 42: { if (last >= 5) bail(); last = 5; const value = readSignedLeaf(r, r.stop(limit)); $keyStatement = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($keyStatement === undefined) bail();
return { mailbox: $mailbox, status: $status, version: $version, signingKeys: $signingKeys, keyStatement: $keyStatement };
}
function sizeDirectoryRecord(v: any): number { let size = 0; { const value = v.mailbox; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.status; if (!(value === 0)) { size += 1 + numberSize(value, 2); } }
{ const value = v.version; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const list = v.signingKeys; if (list.length > 16) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeSigningKey(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.keyStatement; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeSignedLeaf(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); } return size; }
function writeDirectoryRecord(w: Writer, v: any): void { { const value = v.mailbox; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.status; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.version; if (!(value === 0)) { w.varint(24); w.varint(value); } }
{ const list = v.signingKeys; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.length(); writeSigningKey(w, value); } }
{ const value = v.keyStatement; if (!(value === undefined)) { w.varint(42); w.length(); writeSignedLeaf(w, value); } } }
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
case 162: { if (last >= 20) bail(); last = 20; if ($event !== undefined) bail(); const value = readSubmissionAcceptance(r, r.stop(limit)); $event = { kind: 'submissionAcceptance', value }; break; }
case 170: { if (last >= 21) bail(); last = 21; if ($event !== undefined) bail(); const value = readSubmissionRejection(r, r.stop(limit)); $event = { kind: 'submissionRejection', value }; break; }
case 218: { if (last >= 27) bail(); last = 27; if ($event !== undefined) bail(); const value = readContentHandover(r, r.stop(limit)); $event = { kind: 'contentHandover', value }; break; }
case 226: { if (last >= 28) bail(); last = 28; if ($event !== undefined) bail(); const value = readContentHandoverFailure(r, r.stop(limit)); $event = { kind: 'contentHandoverFailure', value }; break; }
case 242: { if (last >= 30) bail(); last = 30; if ($event !== undefined) bail(); const value = readPurge(r, r.stop(limit)); $event = { kind: 'purge', value }; break; }
case 322: { if (last >= 40) bail(); last = 40; if ($event !== undefined) bail(); const value = readOperatorAct(r, r.stop(limit)); $event = { kind: 'operatorAct', value }; break; }
case 330: { if (last >= 41) bail(); last = 41; if ($event !== undefined) bail(); const value = readKeyRevoked(r, r.stop(limit)); $event = { kind: 'keyRevoked', value }; break; }
case 402: { if (last >= 50) bail(); last = 50; if ($event !== undefined) bail(); const value = readSessionOpened(r, r.stop(limit)); $event = { kind: 'sessionOpened', value }; break; }
case 410: { if (last >= 51) bail(); last = 51; if ($event !== undefined) bail(); const value = readSessionClosed(r, r.stop(limit)); $event = { kind: 'sessionClosed', value }; break; }
case 418: { if (last >= 52) bail(); last = 52; if ($event !== undefined) bail(); const value = readRefusalSummary(r, r.stop(limit)); $event = { kind: 'refusalSummary', value }; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($blind.length === 0 || $event === undefined) bail();
return { blind: $blind, atMs: $atMs, event: $event };
}
function sizeEntry(v: any): number { let size = 0; { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.atMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const member = v.event; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'shardOpen': { const slot = lengths.push(0) - 1; const inner = sizeShardOpen(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'tick': { const slot = lengths.push(0) - 1; const inner = sizeTick(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'submissionAcceptance': { const slot = lengths.push(0) - 1; const inner = sizeSubmissionAcceptance(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'submissionRejection': { const slot = lengths.push(0) - 1; const inner = sizeSubmissionRejection(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'contentHandover': { const slot = lengths.push(0) - 1; const inner = sizeContentHandover(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'contentHandoverFailure': { const slot = lengths.push(0) - 1; const inner = sizeContentHandoverFailure(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'purge': { const slot = lengths.push(0) - 1; const inner = sizePurge(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'operatorAct': { const slot = lengths.push(0) - 1; const inner = sizeOperatorAct(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'keyRevoked': { const slot = lengths.push(0) - 1; const inner = sizeKeyRevoked(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'sessionOpened': { const slot = lengths.push(0) - 1; const inner = sizeSessionOpened(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'sessionClosed': { const slot = lengths.push(0) - 1; const inner = sizeSessionClosed(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'refusalSummary': { const slot = lengths.push(0) - 1; const inner = sizeRefusalSummary(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } default: bail(); } } return size; }
function writeEntry(w: Writer, v: any): void { { const value = v.blind; if (!(lengthOfBytes(value) === 0)) { w.varint(10); w.bytes(value); } }
{ const value = v.atMs; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const member = v.event; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'shardOpen': { w.varint(82); w.length(); writeShardOpen(w, value); break; } case 'tick': { w.varint(98); w.length(); writeTick(w, value); break; } case 'submissionAcceptance': { w.varint(162); w.length(); writeSubmissionAcceptance(w, value); break; } case 'submissionRejection': { w.varint(170); w.length(); writeSubmissionRejection(w, value); break; } case 'contentHandover': { w.varint(218); w.length(); writeContentHandover(w, value); break; } case 'contentHandoverFailure': { w.varint(226); w.length(); writeContentHandoverFailure(w, value); break; } case 'purge': { w.varint(242); w.length(); writePurge(w, value); break; } case 'operatorAct': { w.varint(322); w.length(); writeOperatorAct(w, value); break; } case 'keyRevoked': { w.varint(330); w.length(); writeKeyRevoked(w, value); break; } case 'sessionOpened': { w.varint(402); w.length(); writeSessionOpened(w, value); break; } case 'sessionClosed': { w.varint(410); w.length(); writeSessionClosed(w, value); break; } case 'refusalSummary': { w.varint(418); w.length(); writeRefusalSummary(w, value); break; } default: bail(); } } }
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
function sizeEvaluation(v: any): number { let size = 0; { const value = v.sourceCode; if (!(value === 0)) { size += 1 + numberSize(value, 4); } }
{ const value = v.infoCode; if (!(value === 0)) { size += 1 + numberSize(value, 4); } }
{ const value = v.assessedByUnit; if (!(value === '')) { const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.assessedAtMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } } return size; }
function writeEvaluation(w: Writer, v: any): void { { const value = v.sourceCode; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.infoCode; if (!(value === 0)) { w.varint(16); w.varint(value); } }
{ const value = v.assessedByUnit; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.assessedAtMs; if (!(value === 0)) { w.varint(32); w.varint(value); } } }
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
case 162: { if (last >= 20) bail(); last = 20; if ($frame !== undefined) bail(); const value = readPong(r, r.stop(limit)); $frame = { kind: 'pong', value }; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($frame === undefined) bail();
return { frame: $frame };
}
function sizeFrame(v: any): number { let size = 0; { const member = v.frame; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'hello': { const slot = lengths.push(0) - 1; const inner = sizeHello(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'welcome': { const slot = lengths.push(0) - 1; const inner = sizeWelcome(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'submit': { const slot = lengths.push(0) - 1; const inner = sizeSubmit(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'submitResult': { const slot = lengths.push(0) - 1; const inner = sizeSubmitResult(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'ready': { const slot = lengths.push(0) - 1; const inner = sizeReady(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'deliver': { const slot = lengths.push(0) - 1; const inner = sizeDeliver(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'handover': { const slot = lengths.push(0) - 1; const inner = sizeHandover(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'handoverResult': { const slot = lengths.push(0) - 1; const inner = sizeHandoverResult(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'evidence': { const slot = lengths.push(0) - 1; const inner = sizeEvidence(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'proofGet': { const slot = lengths.push(0) - 1; const inner = sizeProofGet(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'proofs': { const slot = lengths.push(0) - 1; const inner = sizeProofs(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'directoryGet': { const slot = lengths.push(0) - 1; const inner = sizeDirectoryGet(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; break; } case 'directory': { const slot = lengths.push(0) - 1; const inner = sizeDirectory(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'error': { const slot = lengths.push(0) - 1; const inner = sizeError(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'goAway': { const slot = lengths.push(0) - 1; const inner = sizeGoAway(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'ping': { const slot = lengths.push(0) - 1; const inner = sizePing(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } case 'pong': { const slot = lengths.push(0) - 1; const inner = sizePong(value); lengths[slot] = inner; size += 2 + varintSize(inner) + inner; break; } default: bail(); } } return size; }
function writeFrame(w: Writer, v: any): void { { const member = v.frame; if (member === undefined) bail(); const { value } = member; switch (member.kind) { case 'hello': { w.varint(10); w.length(); writeHello(w, value); break; } case 'welcome': { w.varint(18); w.length(); writeWelcome(w, value); break; } case 'submit': { w.varint(26); w.length(); writeSubmit(w, value); break; } case 'submitResult': { w.varint(34); w.length(); writeSubmitResult(w, value); break; } case 'ready': { w.varint(42); w.length(); writeReady(w, value); break; } case 'deliver': { w.varint(50); w.length(); writeDeliver(w, value); break; } case 'handover': { w.varint(58); w.length(); writeHandover(w, value); break; } case 'handoverResult': { w.varint(66); w.length(); writeHandoverResult(w, value); break; } case 'evidence': { w.varint(74); w.length(); writeEvidence(w, value); break; } case 'proofGet': { w.varint(82); w.length(); writeProofGet(w, value); break; } case 'proofs': { w.varint(90); w.length(); writeProofs(w, value); break; } case 'directoryGet': { w.varint(122); w.length(); writeDirectoryGet(w, value); break; } case 'directory': { w.varint(130); w.length(); writeDirectory(w, value); break; } case 'error': { w.varint(138); w.length(); writeError(w, value); break; } case 'goAway': { w.varint(146); w.length(); writeGoAway(w, value); break; } case 'ping': { w.varint(154); w.length(); writePing(w, value); break; } case 'pong': { w.varint(162); w.length(); writePong(w, value); break; } default: bail(); } } }
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
function readInformationAnswer(r: Reader, limit: number): any {
let $outcome: any = 0, $text: any = '', $evaluation: any = undefined, $evidenceUseConsent: any = false, $interim: any = false;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 3) bail(); if (value === 0) bail(); $outcome = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 200000) bail(); const value = r.text(stop); if (value === '') bail(); $text = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const value = readEvaluation(r, r.stop(limit)); $evaluation = value; break; }
case 40: { if (last >= 5) bail(); last = 5; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $evidenceUseConsent = value; break; }
case 48: { if (last >= 6) bail(); last = 6; const n = r.varint(limit); if (n > 1) bail(); const value = n === 1; if (!value) bail(); $interim = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { outcome: $outcome, text: $text, evaluation: $evaluation, evidenceUseConsent: $evidenceUseConsent, interim: $interim };
}
function sizeInformationAnswer(v: any): number { let size = 0; { const value = v.outcome; if (!(value === 0)) { size += 1 + numberSize(value, 3); } }
{ const value = v.text; if (!(value === '')) { const length = lengthOfText(value); if (length > 200000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.evaluation; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeEvaluation(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.evidenceUseConsent; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } }
{ const value = v.interim; if (!(typeof value !== 'boolean' ? bail() : !value)) { size += 2; } } return size; }
function writeInformationAnswer(w: Writer, v: any): void { { const value = v.outcome; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.text; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.evaluation; if (!(value === undefined)) { w.varint(34); w.length(); writeEvaluation(w, value); } }
{ const value = v.evidenceUseConsent; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(40); w.varint(value ? 1 : 0); } }
{ const value = v.interim; if (!(typeof value !== 'boolean' ? bail() : !value)) { w.varint(48); w.varint(value ? 1 : 0); } } }
function readInformationRequest(r: Reader, limit: number): any {
let $subject: any = '', $informationSought: any = '', $purposeAndFacts: any = '', $offence: any = '', $crimeArea: any = 0, $urgencyReason: any = '', $useRestrictions: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $subject = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 200000) bail(); const value = r.text(stop); if (value === '') bail(); $informationSought = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const stop = r.stop(limit); if ((stop - r.at) > 200000) bail(); const value = r.text(stop); if (value === '') bail(); $purposeAndFacts = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $offence = value; break; }
case 40: { if (last >= 5) bail(); last = 5; const value = r.varint(limit); if (value > 12) bail(); if (value === 0) bail(); $crimeArea = value; break; }
case 50: { if (last >= 6) bail(); last = 6; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $urgencyReason = value; break; }
case 58: { if (last >= 7) bail(); last = 7; const stop = r.stop(limit); if ((stop - r.at) > 10000) bail(); const value = r.text(stop); if (value === '') bail(); $useRestrictions = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { subject: $subject, informationSought: $informationSought, purposeAndFacts: $purposeAndFacts, offence: $offence, crimeArea: $crimeArea, urgencyReason: $urgencyReason, useRestrictions: $useRestrictions };
}
function sizeInformationRequest(v: any): number { let size = 0; { const value = v.subject; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.informationSought; if (!(value === '')) { const length = lengthOfText(value); if (length > 200000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.purposeAndFacts; if (!(value === '')) { const length = lengthOfText(value); if (length > 200000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.offence; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.crimeArea; if (!(value === 0)) { size += 1 + numberSize(value, 12); } }
{ const value = v.urgencyReason; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.useRestrictions; if (!(value === '')) { const length = lengthOfText(value); if (length > 10000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeInformationRequest(w: Writer, v: any): void { { const value = v.subject; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.informationSought; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.purposeAndFacts; if (!(value === '')) { w.varint(26); w.text(value); } }
{ const value = v.offence; if (!(value === '')) { w.varint(34); w.text(value); } }
{ const value = v.crimeArea; if (!(value === 0)) { w.varint(40); w.varint(value); } }
{ const value = v.urgencyReason; if (!(value === '')) { w.varint(50); w.text(value); } }
{ const value = v.useRestrictions; if (!(value === '')) { w.varint(58); w.text(value); } } }
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
function readLoggedEntry(r: Reader, limit: number): any {
let $index: any = 0, $entry: any = EMPTY, $path: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value === 0) bail(); $index = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 60000) bail(); const value = r.view(stop); if (value.length === 0) bail(); $entry = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const end = r.stop(limit); if (end === r.at) bail(); while (r.at < end) { if ($path.length >= 63) bail(); const value = r.varint(end); if (value > 4294967295) bail(); $path.push(value); } break; } default: bail(); }
}
if (r.at !== limit) bail();
return { index: $index, entry: $entry, path: $path };
}
function sizeLoggedEntry(v: any): number { let size = 0; { const value = v.index; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const value = v.entry; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 60000) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.path; if (list.length > 0) { if (list.length > 63) bail(); const slot = lengths.push(0) - 1; let inner = 0; for (let i = 0; i < list.length; i++) inner += numberSize(list[i], 4294967295); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } } return size; }
function writeLoggedEntry(w: Writer, v: any): void { { const value = v.index; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.entry; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const list = v.path; if (list.length > 0) { w.varint(26); w.length(); for (let i = 0; i < list.length; i++) w.varint(list[i]); } } }
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
function sizePath(v: any): number { let size = 0; { const value = v.index; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const list = v.hashes; if (list.length > 20) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writePath(w: Writer, v: any): void { { const value = v.index; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const list = v.hashes; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(18); w.bytes(value); } } }
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
function readRouting(r: Reader, limit: number): any {
let $messageId: any = EMPTY, $type: any = 0, $schemaVersion: any = 0, $sender: any = '', $signingKeyId: any = EMPTY, $recipients: any = [], $threadId: any = EMPTY, $inReplyTo: any = EMPTY, $annexOf: any = EMPTY, $groupId: any = EMPTY, $groupVersion: any = 0, $createdAtMs: any = 0, $expiresAtMs: any = 0, $urgency: any = 0, $availability: any = 0, $classification: any = 0, $handling: any = [], $handlingTextPresent: any = false, $containsPersonalData: any = false, $purpose: any = 0, $exercise: any = false, $derivedFrom: any = [], $permissionIds: any = [], $retentionUntilMs: any = 0, $contactCopyExemption: any = 0, $attachments: any = [], $bodyDigest: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $messageId = value; break; }
case 16: { if (last >= 2) bail(); last = 2; const value = r.varint(limit); if (value > 3) bail(); if (value === 0) bail(); $type = value; break; }
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
case 218: { if (last >= 27) bail(); last = 27; const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); if (value.length === 0) bail(); $bodyDigest = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($messageId.length === 0 || $signingKeyId.length === 0 || $threadId.length === 0 || $bodyDigest.length === 0) bail();
return { messageId: $messageId, type: $type, schemaVersion: $schemaVersion, sender: $sender, signingKeyId: $signingKeyId, recipients: $recipients, threadId: $threadId, inReplyTo: $inReplyTo, annexOf: $annexOf, groupId: $groupId, groupVersion: $groupVersion, createdAtMs: $createdAtMs, expiresAtMs: $expiresAtMs, urgency: $urgency, availability: $availability, classification: $classification, handling: $handling, handlingTextPresent: $handlingTextPresent, containsPersonalData: $containsPersonalData, purpose: $purpose, exercise: $exercise, derivedFrom: $derivedFrom, permissionIds: $permissionIds, retentionUntilMs: $retentionUntilMs, contactCopyExemption: $contactCopyExemption, attachments: $attachments, bodyDigest: $bodyDigest };
}
function sizeRouting(v: any): number { let size = 0; { const value = v.messageId; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.type; if (!(value === 0)) { size += 1 + numberSize(value, 3); } }
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
{ const value = v.bodyDigest; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 32) bail(); size += 2 + varintSize(length) + length; } else bail(); } return size; }
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
{ const value = v.bodyDigest; if (!(lengthOfBytes(value) === 0)) { w.varint(218); w.bytes(value); } } }
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
function readShardOpen(r: Reader, limit: number): any {
let $origin: any = '', $verifierKey: any = '', $operators: any = [], $anchors: any = [], $previousCheckpoint: any = EMPTY;
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 10: { if (last >= 1) bail(); last = 1; const stop = r.stop(limit); if ((stop - r.at) > 128) bail(); const value = r.text(stop); if (value === '') bail(); $origin = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 256) bail(); const value = r.text(stop); if (value === '') bail(); $verifierKey = value; break; }
case 26: { if (last > 3) bail(); last = 3; if ($operators.length >= 16) bail(); const value = readOperatorKey(r, r.stop(limit)); $operators.push(value); break; }
case 34: { if (last > 4) bail(); last = 4; if ($anchors.length >= 6) bail(); const stop = r.stop(limit); if ((stop - r.at) > 8192) bail(); const value = r.view(stop); $anchors.push(value); break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 4096) bail(); const value = r.view(stop); if (value.length === 0) bail(); $previousCheckpoint = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { origin: $origin, verifierKey: $verifierKey, operators: $operators, anchors: $anchors, previousCheckpoint: $previousCheckpoint };
}
function sizeShardOpen(v: any): number { let size = 0; { const value = v.origin; if (!(value === '')) { const length = lengthOfText(value); if (length > 128) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.verifierKey; if (!(value === '')) { const length = lengthOfText(value); if (length > 256) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.operators; if (list.length > 16) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const slot = lengths.push(0) - 1; const inner = sizeOperatorKey(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const list = v.anchors; if (list.length > 6) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length > 8192) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.previousCheckpoint; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeShardOpen(w: Writer, v: any): void { { const value = v.origin; if (!(value === '')) { w.varint(10); w.text(value); } }
{ const value = v.verifierKey; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const list = v.operators; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(26); w.length(); writeOperatorKey(w, value); } }
{ const list = v.anchors; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(34); w.bytes(value); } }
{ const value = v.previousCheckpoint; if (!(lengthOfBytes(value) === 0)) { w.varint(42); w.bytes(value); } } }
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
function sizeSignedLeaf(v: any): number { let size = 0; { const value = v.leaf; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 58000) bail(); size += 1 + varintSize(length) + length; } }
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
function readSpontaneousInformation(r: Reader, limit: number): any {
let $crimeArea: any = 0, $text: any = '', $evaluation: any = undefined, $subject: any = '';
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 12) bail(); if (value === 0) bail(); $crimeArea = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) > 200000) bail(); const value = r.text(stop); if (value === '') bail(); $text = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const value = readEvaluation(r, r.stop(limit)); $evaluation = value; break; }
case 42: { if (last >= 5) bail(); last = 5; const stop = r.stop(limit); if ((stop - r.at) > 1000) bail(); const value = r.text(stop); if (value === '') bail(); $subject = value; break; } default: bail(); }
}
if (r.at !== limit) bail();
return { crimeArea: $crimeArea, text: $text, evaluation: $evaluation, subject: $subject };
}
function sizeSpontaneousInformation(v: any): number { let size = 0; { const value = v.crimeArea; if (!(value === 0)) { size += 1 + numberSize(value, 12); } }
{ const value = v.text; if (!(value === '')) { const length = lengthOfText(value); if (length > 200000) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.evaluation; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeEvaluation(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } }
{ const value = v.subject; if (!(value === '')) { const length = lengthOfText(value); if (length > 1000) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeSpontaneousInformation(w: Writer, v: any): void { { const value = v.crimeArea; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.text; if (!(value === '')) { w.varint(18); w.text(value); } }
{ const value = v.evaluation; if (!(value === undefined)) { w.varint(34); w.length(); writeEvaluation(w, value); } }
{ const value = v.subject; if (!(value === '')) { w.varint(42); w.text(value); } } }
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
function readWelcome(r: Reader, limit: number): any {
let $version: any = 0, $session: any = EMPTY, $limits: any = undefined, $checkpoint: any = EMPTY, $consistency: any = [], $nowMs: any = 0, $capabilities: any = [];
let last = 0;
while (r.at < limit) {
switch (r.varint(limit)) { case 8: { if (last >= 1) bail(); last = 1; const value = r.varint(limit); if (value > 4294967295) bail(); if (value === 0) bail(); $version = value; break; }
case 18: { if (last >= 2) bail(); last = 2; const stop = r.stop(limit); if ((stop - r.at) !== 16) bail(); const value = r.view(stop); if (value.length === 0) bail(); $session = value; break; }
case 26: { if (last >= 3) bail(); last = 3; const value = readSessionLimits(r, r.stop(limit)); $limits = value; break; }
case 34: { if (last >= 4) bail(); last = 4; const stop = r.stop(limit); if ((stop - r.at) > 4096) bail(); const value = r.view(stop); if (value.length === 0) bail(); $checkpoint = value; break; }
case 42: { if (last > 5) bail(); last = 5; if ($consistency.length >= 63) bail(); const stop = r.stop(limit); if ((stop - r.at) !== 32) bail(); const value = r.view(stop); $consistency.push(value); break; }
case 48: { if (last >= 6) bail(); last = 6; const value = r.varint(limit); if (value === 0) bail(); $nowMs = value; break; }
case 58: { if (last > 7) bail(); last = 7; if ($capabilities.length >= 32) bail(); const stop = r.stop(limit); if ((stop - r.at) > 64) bail(); const value = r.text(stop); $capabilities.push(value); break; } default: bail(); }
}
if (r.at !== limit) bail();
if ($session.length === 0 || $limits === undefined) bail();
return { version: $version, session: $session, limits: $limits, checkpoint: $checkpoint, consistency: $consistency, nowMs: $nowMs, capabilities: $capabilities };
}
function sizeWelcome(v: any): number { let size = 0; { const value = v.version; if (!(value === 0)) { size += 1 + numberSize(value, 4294967295); } }
{ const value = v.session; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length !== 16) bail(); size += 1 + varintSize(length) + length; } else bail(); }
{ const value = v.limits; if (!(value === undefined)) { const slot = lengths.push(0) - 1; const inner = sizeSessionLimits(value); lengths[slot] = inner; size += 1 + varintSize(inner) + inner; } else bail(); }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { const length = lengthOfBytes(value); if (length > 4096) bail(); size += 1 + varintSize(length) + length; } }
{ const list = v.consistency; if (list.length > 63) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfBytes(value); if (length !== 32) bail(); size += 1 + varintSize(length) + length; } }
{ const value = v.nowMs; if (!(value === 0)) { size += 1 + numberSize(value, 9007199254740991); } }
{ const list = v.capabilities; if (list.length > 32) bail(); for (let i = 0; i < list.length; i++) { const value = list[i]; const length = lengthOfText(value); if (length > 64) bail(); size += 1 + varintSize(length) + length; } } return size; }
function writeWelcome(w: Writer, v: any): void { { const value = v.version; if (!(value === 0)) { w.varint(8); w.varint(value); } }
{ const value = v.session; if (!(lengthOfBytes(value) === 0)) { w.varint(18); w.bytes(value); } }
{ const value = v.limits; if (!(value === undefined)) { w.varint(26); w.length(); writeSessionLimits(w, value); } }
{ const value = v.checkpoint; if (!(lengthOfBytes(value) === 0)) { w.varint(34); w.bytes(value); } }
{ const list = v.consistency; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(42); w.bytes(value); } }
{ const value = v.nowMs; if (!(value === 0)) { w.varint(48); w.varint(value); } }
{ const list = v.capabilities; for (let i = 0; i < list.length; i++) { const value = list[i]; w.varint(58); w.text(value); } } }
export interface FastCodec { read: (r: Reader, limit: number) => any; size: (v: any) => number; write: (w: Writer, v: any) => void }
/** By name of the message. */
export const CODECS: Readonly<Record<string, FastCodec>> = { Act: { read: readAct, size: sizeAct, write: writeAct },
AttachmentReference: { read: readAttachmentReference, size: sizeAttachmentReference, write: writeAttachmentReference },
BatchSignature: { read: readBatchSignature, size: sizeBatchSignature, write: writeBatchSignature },
Body: { read: readBody, size: sizeBody, write: writeBody },
CertificateChain: { read: readCertificateChain, size: sizeCertificateChain, write: writeCertificateChain },
ConfirmClock: { read: readConfirmClock, size: sizeConfirmClock, write: writeConfirmClock },
ContentHandoverFailure: { read: readContentHandoverFailure, size: sizeContentHandoverFailure, write: writeContentHandoverFailure },
ContentHandover: { read: readContentHandover, size: sizeContentHandover, write: writeContentHandover },
Deliver: { read: readDeliver, size: sizeDeliver, write: writeDeliver },
Delivery: { read: readDelivery, size: sizeDelivery, write: writeDelivery },
DirectoryGet: { read: readDirectoryGet, size: sizeDirectoryGet, write: writeDirectoryGet },
DirectoryRecord: { read: readDirectoryRecord, size: sizeDirectoryRecord, write: writeDirectoryRecord },
Directory: { read: readDirectory, size: sizeDirectory, write: writeDirectory },
EncryptionKey: { read: readEncryptionKey, size: sizeEncryptionKey, write: writeEncryptionKey },
Enrol: { read: readEnrol, size: sizeEnrol, write: writeEnrol },
Entry: { read: readEntry, size: sizeEntry, write: writeEntry },
Envelope: { read: readEnvelope, size: sizeEnvelope, write: writeEnvelope },
Error: { read: readError, size: sizeError, write: writeError },
Evaluation: { read: readEvaluation, size: sizeEvaluation, write: writeEvaluation },
Evidence: { read: readEvidence, size: sizeEvidence, write: writeEvidence },
Frame: { read: readFrame, size: sizeFrame, write: writeFrame },
GoAway: { read: readGoAway, size: sizeGoAway, write: writeGoAway },
HandoverResultItem: { read: readHandoverResultItem, size: sizeHandoverResultItem, write: writeHandoverResultItem },
HandoverResult: { read: readHandoverResult, size: sizeHandoverResult, write: writeHandoverResult },
Handover: { read: readHandover, size: sizeHandover, write: writeHandover },
HandoverStatement: { read: readHandoverStatement, size: sizeHandoverStatement, write: writeHandoverStatement },
Header: { read: readHeader, size: sizeHeader, write: writeHeader },
Hello: { read: readHello, size: sizeHello, write: writeHello },
InformationAnswer: { read: readInformationAnswer, size: sizeInformationAnswer, write: writeInformationAnswer },
InformationRequest: { read: readInformationRequest, size: sizeInformationRequest, write: writeInformationRequest },
KeyRevoked: { read: readKeyRevoked, size: sizeKeyRevoked, write: writeKeyRevoked },
KeyStatement: { read: readKeyStatement, size: sizeKeyStatement, write: writeKeyStatement },
LoggedEntry: { read: readLoggedEntry, size: sizeLoggedEntry, write: writeLoggedEntry },
MailboxCursor: { read: readMailboxCursor, size: sizeMailboxCursor, write: writeMailboxCursor },
OperatorAct: { read: readOperatorAct, size: sizeOperatorAct, write: writeOperatorAct },
OperatorKey: { read: readOperatorKey, size: sizeOperatorKey, write: writeOperatorKey },
Path: { read: readPath, size: sizePath, write: writePath },
Ping: { read: readPing, size: sizePing, write: writePing },
Pong: { read: readPong, size: sizePong, write: writePong },
ProofGet: { read: readProofGet, size: sizeProofGet, write: writeProofGet },
Proofs: { read: readProofs, size: sizeProofs, write: writeProofs },
Purge: { read: readPurge, size: sizePurge, write: writePurge },
Ready: { read: readReady, size: sizeReady, write: writeReady },
Recipient: { read: readRecipient, size: sizeRecipient, write: writeRecipient },
RefusalCount: { read: readRefusalCount, size: sizeRefusalCount, write: writeRefusalCount },
Refusal: { read: readRefusal, size: sizeRefusal, write: writeRefusal },
RefusalSummary: { read: readRefusalSummary, size: sizeRefusalSummary, write: writeRefusalSummary },
Release: { read: readRelease, size: sizeRelease, write: writeRelease },
Revoke: { read: readRevoke, size: sizeRevoke, write: writeRevoke },
Routing: { read: readRouting, size: sizeRouting, write: writeRouting },
SessionClosed: { read: readSessionClosed, size: sizeSessionClosed, write: writeSessionClosed },
SessionLimits: { read: readSessionLimits, size: sizeSessionLimits, write: writeSessionLimits },
SessionOpened: { read: readSessionOpened, size: sizeSessionOpened, write: writeSessionOpened },
ShardOpen: { read: readShardOpen, size: sizeShardOpen, write: writeShardOpen },
SignedLeaf: { read: readSignedLeaf, size: sizeSignedLeaf, write: writeSignedLeaf },
SigningKey: { read: readSigningKey, size: sizeSigningKey, write: writeSigningKey },
SpontaneousInformation: { read: readSpontaneousInformation, size: sizeSpontaneousInformation, write: writeSpontaneousInformation },
SubmissionAcceptance: { read: readSubmissionAcceptance, size: sizeSubmissionAcceptance, write: writeSubmissionAcceptance },
SubmissionRejection: { read: readSubmissionRejection, size: sizeSubmissionRejection, write: writeSubmissionRejection },
SubmitOutcome: { read: readSubmitOutcome, size: sizeSubmitOutcome, write: writeSubmitOutcome },
SubmitResult: { read: readSubmitResult, size: sizeSubmitResult, write: writeSubmitResult },
Submit: { read: readSubmit, size: sizeSubmit, write: writeSubmit },
Suspend: { read: readSuspend, size: sizeSuspend, write: writeSuspend },
Tick: { read: readTick, size: sizeTick, write: writeTick },
Welcome: { read: readWelcome, size: sizeWelcome, write: writeWelcome }, };

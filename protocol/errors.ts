/**
 * The one table of error codes. Numbers travel on the wire and stand in the log, so they never change meaning; names are
 * what people and programs read. `docs/errors.md` is written from this table and compared with it by a test.
 */

interface ErrorRow {
  readonly number: number;
  /** Whether the same request may succeed later without being changed. */
  readonly retry: boolean;
  /** What happened. */
  readonly text: string;
  /** What the reader can do about it. */
  readonly remedy: string;
}

const row = (number: number, retry: boolean, text: string, remedy: string): ErrorRow => ({
  number,
  retry,
  text,
  remedy,
});

export const ERRORS = {
  // 1xx: the connection and its frames
  MALFORMED: row(
    100,
    false,
    'The bytes are not a valid encoding of what is expected here.',
    'Compare the encoder with SPEC.md section 2.',
  ),
  FRAME_TOO_LARGE: row(
    101,
    false,
    'The frame is larger than the gateway accepts.',
    'Send fewer envelopes in one frame; Welcome states the limits.',
  ),
  FRAME_UNEXPECTED: row(
    102,
    false,
    'The frame is not allowed in this state of the session.',
    'Follow the session states in SPEC.md section 3.',
  ),
  VERSION_UNSUPPORTED: row(
    103,
    false,
    'Node and gateway have no protocol version in common.',
    'Update the older of the two.',
  ),
  LIMIT_EXCEEDED: row(104, false, 'A stated limit was exceeded.', 'Stay within the limits stated in Welcome.'),
  HELLO_TIMEOUT: row(
    105,
    true,
    'The first frame did not come in time.',
    'Send Hello directly after the connection is open.',
  ),
  PING_TIMEOUT: row(
    106,
    true,
    'The remote party stopped answering.',
    'Check the network between node and gateway; the node connects again by itself.',
  ),
  NOT_ENROLLED: row(
    110,
    false,
    'The certificate does not belong to an enrolled agency.',
    'Ask the operator to enrol the agency: ./liaison gateway enrol FILE.',
  ),
  AGENCY_SUSPENDED: row(
    111,
    true,
    'The agency is suspended.',
    'Ask the operator why; ./liaison gateway release ends a suspension.',
  ),
  CERTIFICATE_REVOKED: row(
    112,
    false,
    'The certificate or key is revoked.',
    'Have the authority issue a new certificate and enrol it.',
  ),
  CERTIFICATE_EXPIRED: row(
    113,
    false,
    'The certificate is outside its period of validity.',
    'Check the clock, then have the certificate renewed.',
  ),
  CERTIFICATE_INVALID: row(
    114,
    false,
    'The certificate cannot be used here.',
    'Compare the certificate with SPEC.md section 8.',
  ),
  CERTIFICATE_UNTRUSTED: row(
    115,
    false,
    'The certificate does not lead to a trusted authority.',
    'Check that the chain is complete and its root is among the anchors.',
  ),
  HOST_MISMATCH: row(
    116,
    false,
    "The gateway's certificate is for another host name.",
    'Use a URL whose host stands in the certificate.',
  ),
  CERTIFICATE_USAGE: row(
    117,
    false,
    'The certificate is not meant for this use.',
    'Use a certificate whose key usage permits it.',
  ),
  REVOCATION_LIST_INVALID: row(
    118,
    true,
    'A revocation list is missing, expired or not signed by its authority.',
    "Fetch the authority's current list.",
  ),
  AGENCY_MISMATCH: row(
    119,
    false,
    'The certificate names another agency.',
    'Use a certificate that carries the URI liaison://AGENCY of this agency.',
  ),
  MAILBOX_NOT_YOURS: row(
    120,
    false,
    'The mailbox does not belong to the agency of this session.',
    'Serve only mailboxes of the own agency.',
  ),
  TAKEN_OVER: row(
    121,
    false,
    'A newer session of the same agency has taken over the mailbox.',
    'Start the node again only if the other one has stopped.',
  ),
  SHUTTING_DOWN: row(122, true, 'The gateway is shutting down.', 'The node connects again by itself.'),
  SLOW_CONSUMER: row(
    123,
    true,
    'The node did not read what it had given credit for.',
    'Give less credit or read faster; stored mail stays stored.',
  ),
  SESSION_LIMIT: row(124, true, 'The agency has too many open connections.', 'Close connections that are not needed.'),
  OVERLOADED: row(
    125,
    true,
    'The gateway has more work than it may hold in memory.',
    'Send again after a pause; the node does so by itself.',
  ),
  UNAVAILABLE: row(
    126,
    true,
    'The gateway cannot be reached.',
    'Check the URL, the network and whether the gateway is running.',
  ),
  TLS_FAILED: row(
    127,
    true,
    'The TLS connection could not be established.',
    'TLS 1.3 and a client certificate are required; ./liaison node ping says more.',
  ),
  // 2xx: a submission, in the order of the checks
  ALGORITHM_REFUSED: row(
    200,
    false,
    'The signature algorithm or key type is not allowed.',
    'Sign with PS256 (RSA-3072), ES256, ES384 or Ed25519.',
  ),
  HEADER_INVALID: row(
    201,
    false,
    'The header breaks a rule.',
    'The text names the field and the rule; see SPEC.md section 5.',
  ),
  DIGEST_MISMATCH: row(
    202,
    false,
    'Content or wrapped keys do not have the digests that the header states.',
    'Send the bytes that were sealed.',
  ),
  KEY_UNKNOWN: row(
    203,
    false,
    "The signing key is not registered for the sender's agency.",
    'Have the signing certificate enrolled.',
  ),
  SIGNATURE_INVALID: row(
    204,
    false,
    'The signature does not verify.',
    'Sign the root of the batch with the key that the header names.',
  ),
  SENDER_MISMATCH: row(
    205,
    false,
    "The sender is not a mailbox of the session's agency.",
    'Send only from mailboxes of the own agency.',
  ),
  KEY_REVOKED: row(
    206,
    false,
    'The signing key is revoked.',
    'Have a new signing certificate enrolled, then seal again.',
  ),
  ID_REUSED: row(207, false, 'The message id is bound to other bytes.', 'Use a new message id for a new message.'),
  EXPIRED: row(208, false, 'The message has expired.', 'Seal it again with a later expiry.'),
  CREATED_IN_FUTURE: row(
    209,
    true,
    "The message was created more than 5 minutes after the gateway's time.",
    "Correct the node's clock.",
  ),
  EXPIRY_TOO_FAR: row(
    210,
    false,
    'The message expires more than 90 days after its creation.',
    'Choose an earlier expiry.',
  ),
  RECIPIENT_UNKNOWN: row(
    211,
    false,
    "A recipient's mailbox does not exist.",
    'Correct the recipient; ./liaison node send without --to lists the known mailboxes.',
  ),
  RECIPIENT_SUSPENDED: row(
    212,
    true,
    "A recipient's agency is suspended.",
    'Send again when the suspension has ended.',
  ),
  RECIPIENT_KEY_OUTDATED: row(
    213,
    false,
    'The message was encrypted to a key that is not current for its recipient.',
    'Fetch the directory and seal again.',
  ),
  CLEARANCE_TOO_LOW: row(
    214,
    false,
    'A recipient is not cleared for this classification.',
    'Leave that recipient out, or send a version of a lower classification.',
  ),
  AGREEMENT_MISSING: row(
    215,
    false,
    'No agreement permits an exchange between these agencies.',
    'Ask the operators to record the agreement: ./liaison gateway agreement set.',
  ),
  AGREEMENT_EXPIRED: row(
    216,
    false,
    'The agreement between these agencies is not in force.',
    'Have the agreement renewed.',
  ),
  AGREEMENT_TYPE_EXCLUDED: row(
    217,
    false,
    'The agreement does not cover messages of this type.',
    'Send a type that the agreement names, or have the agreement widened.',
  ),
  AGREEMENT_CLASSIFICATION_EXCEEDED: row(
    218,
    false,
    'The agreement does not reach up to this classification.',
    'Send a version of a lower classification.',
  ),
  AGREEMENT_PERSONAL_DATA_EXCLUDED: row(
    219,
    false,
    'The agreement does not permit personal data.',
    'Send it without personal data, and say so.',
  ),
  GROUP_UNKNOWN: row(220, false, 'There is no such group.', 'Compare the id with ./liaison node operation.'),
  GROUP_NOT_MEMBER: row(
    221,
    false,
    'The sender is not a member of the group.',
    'Ask the owner of the group to add the mailbox.',
  ),
  GROUP_ENDED: row(
    222,
    false,
    'The group has ended, or has not begun: it can be read, and nothing can be sent.',
    'Ask the owner of the group.',
  ),
  GROUP_CHANGED: row(
    223,
    true,
    'The recipients are not exactly the current members of the group.',
    'The node seals the message again for the current members.',
  ),
  GROUP_NON_NOMINAL: row(
    224,
    false,
    'The group takes no personal data.',
    'Send the non-nominal part, stated to be without personal data (--no-personal-data), and the annex to members by themselves.',
  ),
  GROUP_CLASSIFICATION_EXCEEDED: row(
    225,
    false,
    'The group does not reach up to this classification.',
    'Send a version of a lower classification.',
  ),
  CONTACT_COPY_MISSING: row(
    226,
    false,
    'The copy to the single point of contact of a recipient is missing.',
    'Add the contact to the recipients, or state the reason for an exemption.',
  ),
  ORIGINAL_UNKNOWN: row(
    227,
    false,
    'A message that this one refers to is not known for this agency.',
    'Check the id; messages are forgotten 90 days after their expiry.',
  ),
  PERMISSION_MISSING: row(
    228,
    false,
    "The originator's permission to pass this on is missing.",
    'Ask for it with a PermissionRequest, and name the decision in permission_ids.',
  ),
  MARKING_LOWERED: row(
    229,
    false,
    'The message is marked lower than what it is derived from.',
    'Keep classification and handling codes of the original.',
  ),
  REPLY_INVALID: row(
    230,
    false,
    'The message does not fit what it replies to.',
    'Compare in_reply_to, thread_id, type and recipients with the original.',
  ),
  NOT_ORIGINATOR: row(231, false, 'Only the agency that sent the original can do this.', 'Ask the originator.'),
  HOLDERS_MISSING: row(
    232,
    true,
    'The message does not reach everybody who holds the original.',
    'The node asks for the disclosures and seals the message again.',
  ),
  ATTACHMENT_MISSING: row(
    233,
    true,
    'An attachment has not been uploaded.',
    'The node uploads it and submits the message again.',
  ),
  ATTACHMENT_INVALID: row(
    234,
    false,
    'An attachment does not have the size or digest that was stated.',
    'Attach the file again.',
  ),
  QUOTA_EXCEEDED: row(
    235,
    true,
    "The agency's room for attachments is used up.",
    'Wait until recipients have fetched what waits, or ask the operator for more.',
  ),

  // 3xx: a handover
  MESSAGE_UNKNOWN: row(
    300,
    false,
    'The gateway has no such message for this mailbox.',
    'It may have expired long ago; the log still has it.',
  ),
  HANDOVER_MISMATCH: row(
    301,
    false,
    'The handover does not fit the message it names.',
    'State the number and header digest that came with the message.',
  ),
  EVENT_MISMATCH: row(
    302,
    false,
    'The statement does not fit the delivery that it is about.',
    'Compare number, sender and header digest with the delivery.',
  ),

  // 4xx: what a node finds wrong with what it received
  NOT_ADDRESSED: row(
    400,
    false,
    'The message is not addressed to this mailbox.',
    'The gateway misrouted it: tell the operator.',
  ),
  CANNOT_DECRYPT: row(
    401,
    false,
    "The content cannot be decrypted with this node's keys.",
    'Ask the sender to seal it again with the current key.',
  ),
  BODY_DIGEST_MISMATCH: row(
    402,
    false,
    'The content is not what the sender signed.',
    "Treat the sender's node as faulty or hostile: it signed one ciphertext for two contents.",
  ),
  BODY_INVALID: row(403, false, 'The body breaks a rule.', 'The text names the field and the rule.'),
  DELIVERY_EXPIRED: row(
    404,
    false,
    'The message expired before the recipient had it.',
    'Send it again with a later expiry.',
  ),
  DIRECTORY_UNTRUSTED: row(
    410,
    false,
    "The directory served a key that does not lead to this node's own anchors.",
    'Do not send; tell the operator and the other agency.',
  ),
  DIRECTORY_ROLLED_BACK: row(
    411,
    false,
    'The directory served an older record than before.',
    'Do not send; tell the operator.',
  ),
  CHECKPOINT_INVALID: row(
    420,
    false,
    "The checkpoint is not signed by the log's key.",
    'Check the log key in the configuration; if it is right, tell the auditor.',
  ),
  CHECKPOINT_INCONSISTENT: row(
    421,
    false,
    'The gateway shows a log that contradicts the one it showed before.',
    'Stop, keep both checkpoints and tell the auditor.',
  ),
  PROOF_INVALID: row(
    422,
    false,
    'The proof does not lead from the entry to the checkpoint.',
    'Do not rely on it; ask for it again and tell the operator.',
  ),
  NUMBER_MISSING: row(
    423,
    false,
    'A mailbox number was never delivered.',
    'Tell the operator: every number must come, as a message or as its end.',
  ),
  ENTRY_DROPPED: row(
    424,
    false,
    'The entry was deleted with its shard when the time for keeping it was over.',
    'The final checkpoint of the shard is kept; a bundle that was exported before has the entries.',
  ),
  APPROVAL_INVALID: row(
    430,
    false,
    "The notice's approval is missing or not valid.",
    'Have the publisher approve exactly this notice.',
  ),

  // 5xx: the gateway's own condition
  STORAGE_FULL: row(500, true, 'The disk is full.', 'Free space; the gateway then goes on by itself.'),
  STORAGE_FAILED: row(
    501,
    true,
    'Data cannot be made durable; the program stops.',
    'Check the disk and its file system before the next start.',
  ),
  CLOCK_FAULT: row(
    502,
    true,
    "The gateway's clock cannot be relied on.",
    'Correct the clock, then: ./liaison gateway confirm-clock.',
  ),
  DATA_LOCKED: row(503, true, 'Another process is using this data directory.', 'Stop the other process first.'),
  DATA_DAMAGED: row(
    504,
    false,
    'The stored data contradicts itself.',
    'Do not start; verify it with ./liaison audit verify and restore a backup.',
  ),
  DATA_VERSION: row(
    505,
    false,
    'The stored data was written by another version.',
    'Use the version that wrote it, or a newer one.',
  ),
  LOG_FORKED: row(
    506,
    false,
    'The stored log is smaller than, or differs from, what this gateway has already released.',
    'Do not start it: an old backup was restored. Restore the newest state, or open a new log.',
  ),
  WITNESSES_AWAY: row(
    507,
    true,
    'Too few witnesses have signed the log lately, and the gateway is set to wait for them.',
    'Check the witnesses and the way to them: liaison_witness_debt_entries names each.',
  ),

  // 6xx: an operator's act
  ACT_INVALID: row(600, false, 'The act breaks a rule.', 'The text names the rule.'),
  ACT_OUT_OF_ORDER: row(
    601,
    true,
    "The act's number is not the next of this operator key.",
    'Issue the command again.',
  ),
  OPERATOR_UNKNOWN: row(
    602,
    false,
    'The act is not signed by a known operator key.',
    'Use the operator key that gateway init made.',
  ),
  AGENCY_UNKNOWN: row(603, false, 'No agency of this name is enrolled.', 'See ./liaison gateway status for the names.'),
  KEY_TAKEN: row(
    604,
    false,
    'The key is already registered.',
    'Make a new key; a key belongs to one agency and one use.',
  ),
  AGREEMENT_UNKNOWN: row(605, false, 'There is no such agreement.', 'List them: ./liaison gateway agreement list.'),

  // 7xx: commands, configuration and files
  USAGE: row(700, false, 'The command line is wrong.', 'Add --help to see what is expected.'),
  CONFIG_INVALID: row(
    701,
    false,
    'The configuration has a wrong key or value.',
    'The text names the key and what was expected.',
  ),
  FILE_UNREADABLE: row(702, false, 'A file cannot be read.', 'Check the path and its permissions.'),
  FILE_EXISTS: row(
    703,
    false,
    'A file or directory that would be overwritten exists.',
    'Choose another place or remove it first.',
  ),
  KEY_FILE_EXPOSED: row(704, false, 'A private key file can be read by others.', 'chmod 600 the file.'),
  FILE_INVALID: row(705, false, 'A file does not contain what is expected.', 'The text says what was expected.'),
  GATEWAY_NOT_RUNNING: row(
    706,
    true,
    'No gateway is running on this data directory.',
    'Start it: ./liaison gateway serve.',
  ),
  TRUST_MISSING: row(
    707,
    false,
    'No trusted key or anchors were given.',
    'Give --log-key and --anchors, obtained from outside the data.',
  ),
  PORT_IN_USE: row(708, true, 'The address is already in use.', 'Stop the other program or choose another port.'),
  MESSAGE_NOT_FOUND: row(
    709,
    false,
    'There is no such message here.',
    'Check the id. What a node has: ./liaison node inbox, ./liaison node receipts.',
  ),
  WAIT_TIMEOUT: row(
    710,
    true,
    'What was waited for has not happened in time.',
    'It may still happen: look again later, or wait longer.',
  ),
  THREAD_OPEN: row(
    711,
    false,
    'A request of the thread has no answer, refusal or withdrawal.',
    'Answer, refuse or recall it first.',
  ),
  JUSTIFICATION_MISSING: row(712, false, 'Who does this and why is not stated.', 'State actor and justification.'),
  TOKEN_INVALID: row(
    713,
    false,
    'The bearer token is missing or belongs to no client of this service.',
    'Make one: ./liaison node serve --new-token NAME.',
  ),
  REQUEST_INVALID: row(
    714,
    false,
    "The request does not fit the service's description.",
    'Compare it with /openapi.json.',
  ),
  OTHER_LOG: row(
    715,
    false,
    'This is another log than the one whose key was given.',
    "Give this log's own key, obtained from outside, or take the data of the other log.",
  ),
  ROLE_MISSING: row(
    716,
    false,
    'The client certificate does not give the role that this needs.',
    'Ask the authority for a certificate with the role, e.g. liaison-role:auditor/NAME.',
  ),
  INTERNAL: row(999, false, 'Something unexpected happened inside Liaison.', 'Report it with the text that follows.'),
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

const BY_NUMBER = new Map<number, ErrorCode>(
  (Object.keys(ERRORS) as ErrorCode[]).map((code) => [ERRORS[code].number, code]),
);

/** The name of a number met on the wire or in the log; `undefined` for numbers of newer versions. */
export function errorCodeOf(number: number): ErrorCode | undefined {
  return BY_NUMBER.get(number);
}

/**
 * The only error that crosses a module boundary on purpose. `message` is a sentence for a person; `code` is stable;
 * `detail` says what in particular (a field's path, a file's name), without secrets or content.
 */
export class LiaisonError extends Error {
  readonly code: ErrorCode;
  readonly detail: string;

  constructor(code: ErrorCode, detail = '', options?: ErrorOptions) {
    super(detail === '' ? ERRORS[code].text : `${ERRORS[code].text} ${detail}`, options);
    this.name = 'LiaisonError';
    this.code = code;
    this.detail = detail;
  }

  get number(): number {
    return ERRORS[this.code].number;
  }
  get retry(): boolean {
    return ERRORS[this.code].retry;
  }
  get remedy(): string {
    return ERRORS[this.code].remedy;
  }
}

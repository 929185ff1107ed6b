/**
 * What agencies exchange and by which rules, row by row (docs/domain.md). Each row has a test whose name holds
 * `domain: <row>`; rows.test.ts fails on a row without one.
 */
export const DOMAIN_ROWS = {
  'systems/siena-cases':
    'every message carries a random thread id and in_reply_to; threads and cases are listed whole, in order',
  'systems/siena-deadlines':
    '8, 72 and 168 hours from consignment, paused by clarification, told at arrival, 50 %, 80 %, breach',
  'systems/siena-follow-up':
    'Refusal, ClarificationRequest, Clarification; no request closed without answer, refusal, withdrawal',
  'systems/siena-handling': 'handling and evaluation codes are mandatory on intelligence; H3 needs its text',
  'systems/siena-restriction':
    'RestrictionUpdate, Correction and Recall reach every holder, each answers with a ComplianceReceipt',
  'systems/siena-no-access': 'a canary in a body is in no file, log or memory of the gateway',
  'systems/siena-size': 'large files travel as resumable encrypted attachments',
  'systems/siena-structured': 'free text and structured objects travel together; unknown fields survive a round trip',
  'systems/siena-contact':
    'the sender adds the copy to the single point of contact; the gateway refuses a message without it',
  'systems/cen-non-nominal': 'SeizureReport has no person fields; a NominalAnnex never goes to a non-nominal group',
  'systems/cencomm-groups':
    'closed user groups: the sender expands, GROUP_CHANGED, no earlier messages for later members, read-only end',
  'systems/ncen-export': 'the export strips the annex, no byte of it leaves',
  'systems/containercomm': 'unit mailboxes; container numbers with their check digit',
  'systems/i247-notices': 'a notice needs the publisher’s approval signature, a diffusion does not',
  'systems/i2c-operation':
    'node operation shows members, what was sent, who has it, what is overdue; exercise is shown and not counted',
  'systems/safe-risk': 'RiskProfile is a typed message',
  'systems/partners': 'partners beyond customs and police are member agencies with units, clearances and agreements',
  'systems/eurosur-replies':
    'a reply without a valid in_reply_to is rejected; purpose and retention_until stand in the header',
  'systems/memoranda':
    'exchange agreements: parties, types, classification, personal data, validity; enforced and explained',
  'messages/header': 'the header that the gateway reads',
  'messages/body': 'a body begins with 32 random bytes; case number, language, then the type’s fields',
  'messages/InformationRequest': '',
  'messages/InformationAnswer': '',
  'messages/Refusal': '',
  'messages/ClarificationRequest': '',
  'messages/Clarification': '',
  'messages/DeadlineNotice': '',
  'messages/SpontaneousInformation': '',
  'messages/RiskProfile': '',
  'messages/SeizureReport': '',
  'messages/NominalAnnex': '',
  'messages/Alert': '',
  'messages/OperationNotice': '',
  'messages/PermissionRequest': '',
  'messages/PermissionDecision': '',
  'messages/RestrictionUpdate': '',
  'messages/Correction': '',
  'messages/Recall': '',
  'messages/ComplianceReceipt': '',
  'messages/Evaluation': '',
  'messages/objects': 'eleven kinds, each with identifiers and provenance; unknown fields tolerated and kept',
  'enumerations/HandlingCode': '',
  'enumerations/SourceCode': '',
  'enumerations/InfoCode': '',
  'enumerations/Classification': 'SECRET and above are refused',
  'enumerations/Urgency': '',
  'enumerations/Availability': '',
  'enumerations/RefusalReason': '',
  'enumerations/CrimeArea': '',
  'enumerations/Commodity': '',
  'enumerations/Purpose': '',
  'enumerations/NoticeColour': '',
  'enumerations/DocumentStatus': '',
  'evidence/Submission': 'SubmissionAcceptance and SubmissionRejection',
  'evidence/Relay': 'federation only: reserved',
  'evidence/ContentConsignment': 'the acceptance entry says it for a local mailbox',
  'evidence/ConsignmentNotification': 'derived for display when the recipient is offline',
  'evidence/ContentHandover': 'ContentHandover and ContentHandoverFailure',
  'evidence/ContentAccessTracking': 'OPENED, not "read and understood"',
  'evidence/Consent': 'ConsignmentAcceptance, ConsignmentRejection, AcceptanceRejectionExpiry',
  'evidence/terminal': 'terminal states never change; negative events carry a reason; once per message and recipient',
  'stories/1': 'fake medicines, operation group',
  'stories/2': 'police and the WCO secretariat: deadlines',
  'stories/3': 'wildlife: originator control',
  'stories/4': 'bulk cash: clearance and correction',
  'stories/5': 'explosive components: resumed attachment, auditor',
} as const;
export type DomainRow = keyof typeof DOMAIN_ROWS;

/** Labels of the credential's fields for UDAP, used in errors too. */
export const UDAP_LABELS = {
	certificates: 'Certificate Chain',
	key: 'Private Key',
	passphrase: 'Private Key Passphrase',
	anchors: 'Trust Anchors',
	community: 'Community',
	organizationId: 'Organization ID',
	organizationName: 'Organization Name',
	purposeOfUse: 'Purpose of Use',
	consentPolicy: 'Consent Policy',
	subjectUri: 'Subject URI',
	clientName: 'Client Name',
	contacts: 'Contacts',
} as const;

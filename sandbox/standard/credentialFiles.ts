/* eslint-disable @n8n/community-nodes/no-restricted-imports */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import Table from 'cli-table3';
import { ALL_DIALECTS, type Dialect } from './dialects';
import type { StandardSandbox } from './server';
import { CLIENT_ID, CLIENT_SECRET } from './tokens';

/** For the person at the keyboard alone. */
const PRIVATE = { mode: 0o600 };
const SCOPE = 'system/*.rs';
const PLAN = 'Prairie Health Plan';
const PLAN_NPI = '1234567893';
const PAYER = 'Bison Health Plan';
const ORGANIZATION_ID = 'https://prairie.example/org';
const CONTACT = 'p2p@prairie.example';
/** A payer that is asked in another way than the forms' defaults: its fields, as the form shows them and as n8n stores them. */
const ASKED_OTHERWISE: Partial<Record<Dialect, { shown: object; stored: object }>> = {
	'bulk-v4': {
		shown: { 'Set How This Payer Is Asked': true, 'Start Exports By': 'POST, Bulk Data 4 (Ballot)' },
		stored: { customRequests: true, kickOff: 'postV4' },
	},
};
const OWN_KEY = 'yours: the one whose public key was given with --client-jwks';

/** What is written: the running payers, and whether their client signs with a key of its own. */
export type WrittenSandbox = Pick<StandardSandbox, 'url' | 'keys' | 'certificates' | 'udap'> & {
	hasOwnKey: boolean;
};

/** Where each payer of the sandbox is. */
export function fhirBasesOf({ url }: Pick<StandardSandbox, 'url'>): Record<Dialect, string> {
	const bases = ALL_DIALECTS.map((dialect) => [dialect, `${url}/${dialect}/fhir`]);
	return Object.fromEntries(bases) as Record<Dialect, string>;
}

/** The credentials for a payer as n8n's forms show them: title of the form, then label and value of each field to fill in. */
function filledForms(
	{ keys, certificates, udap, hasOwnKey }: WrittenSandbox,
	dialect: Dialect,
	fhirBase: string,
): object {
	const common = {
		Scope: SCOPE,
		'Your Plan Name': PLAN,
		'Your Plan NPI': PLAN_NPI,
		'Payer Name': PAYER,
		...(certificates && {
			'Use Certificates': true,
			'Client Certificate': certificates.cert,
			"Client Certificate's Private Key": certificates.key,
			'All Root Certificates of This Payer (FHIR Host and Token Endpoint)': certificates.ca,
		}),
		...ASKED_OTHERWISE[dialect]?.shown,
	};
	const client = { 'FHIR Base URL': fhirBase, 'Client ID': CLIENT_ID };
	return {
		'SMART Backend Services API': {
			...client,
			'Private Key': hasOwnKey ? OWN_KEY : keys.ES384.jwk,
			...common,
		},
		'FHIR Payer OAuth2 API': { ...client, 'Client Secret': CLIENT_SECRET, ...common },
		...(udap && {
			'UDAP Payer API': {
				...client,
				'Certificate Chain': udap.chain,
				'Private Key': udap.key,
				'Trust Anchors': udap.anchor,
				Community: udap.community,
				'Organization ID': ORGANIZATION_ID,
				Contacts: CONTACT,
				...common,
			},
		}),
	};
}

/** What `n8n import:credentials` takes: for each payer, one credential with the client secret, and where it offers UDAP one with that. */
function importFile(sandbox: WrittenSandbox): object[] {
	const { udap } = sandbox;
	const signedIn = (type: string, id: string, name: string, own: object) =>
		Object.entries(fhirBasesOf(sandbox)).map(([dialect, fhirBaseUrl]) => ({
			id: `sandbox-${id}${dialect.replace('.', '-')}`,
			name: `Sandbox payer ${dialect}${name}`,
			type,
			data: { fhirBaseUrl, clientId: CLIENT_ID, ...own, ...storedFields(sandbox, dialect as Dialect) },
		}));
	return [
		...signedIn('fhirPayerOAuth2Api', '', '', { clientSecret: CLIENT_SECRET }),
		...(udap
			? signedIn('udapPayerApi', 'udap-', ' (UDAP)', {
					certificateChain: udap.chain,
					privateKey: udap.key,
					trustAnchors: udap.anchor,
					community: udap.community,
					organizationId: ORGANIZATION_ID,
					contacts: CONTACT,
				})
			: []),
	];
}

/** The fields that each credential has, as n8n stores them. */
function storedFields({ certificates }: WrittenSandbox, dialect: Dialect): object {
	return {
		scope: SCOPE,
		requestingName: PLAN,
		requestingNpi: PLAN_NPI,
		respondingName: PAYER,
		...(certificates && {
			useCertificates: true,
			clientCertificate: certificates.cert,
			clientCertificateKey: certificates.key,
			rootCertificates: certificates.ca,
		}),
		...ASKED_OTHERWISE[dialect]?.stored,
	};
}

/** Every file by its name; undefined: not of this start. */
function filesOf(sandbox: WrittenSandbox): Record<string, string | undefined> {
	const json = (value: object) => `${JSON.stringify(value, null, '\t')}\n`;
	const keys = sandbox.hasOwnKey ? undefined : sandbox.keys;
	const { certificates, udap } = sandbox;
	const forms = Object.entries(fhirBasesOf(sandbox)).map(([dialect, base]) => [
		`${dialect}.json`,
		json(filledForms(sandbox, dialect as Dialect, base)),
	]);
	return {
		...(Object.fromEntries(forms) as Record<string, string>),
		'n8n-credentials.json': json(importFile(sandbox)),
		'private-key-es384.pem': keys?.ES384.pem,
		'private-key-es384.jwk.json': keys && json(keys.ES384.jwk),
		'private-key-rs384.pem': keys?.RS384.pem,
		'private-key-rs384.jwk.json': keys && json(keys.RS384.jwk),
		'client-certificate.pem': certificates?.cert,
		'client-certificate-key.pem': certificates?.key,
		'client-certificate-key-encrypted.pem': certificates?.encryptedKey,
		'client-certificate-passphrase.txt': certificates && `${certificates.passphrase}\n`,
		'root-certificate.pem': certificates?.ca,
		'udap-certificate-chain.pem': udap?.chain,
		'udap-certificate-key.pem': udap?.key,
		'udap-certificate-key-encrypted.pem': udap?.encryptedKey,
		'udap-certificate-passphrase.txt': udap && `${udap.passphrase}\n`,
		'udap-trust-anchor.pem': udap?.anchor,
	};
}

/**
 * Writes what a person needs to enter these payers in n8n: `{payer}.json` with the filled-in forms, `n8n-credentials.json`, the client's
 * keys, and with mutual TLS or UDAP its certificates. Files of an earlier start go, since their keys are no longer valid; no other file does.
 */
export async function writeCredentialFiles(folder: string, sandbox: WrittenSandbox): Promise<void> {
	await mkdir(folder, { recursive: true });
	for (const [name, text] of Object.entries(filesOf(sandbox))) {
		const path = join(folder, name);
		await rm(path, { force: true });
		if (text !== undefined) await writeFile(path, text, PRIVATE);
	}
}

/** What is printed for a person: a line for each payer, then how to enter one. @param folder as the person would write it */
export function payersTable(sandbox: WrittenSandbox, folder: string): string {
	const table = new Table({
		head: ['Payer', 'Address (FHIR Base URL)', 'Client ID', 'Key and fields'],
		chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
		style: { head: [], border: [] },
	});
	for (const [dialect, base] of Object.entries(fhirBasesOf(sandbox))) {
		table.push([dialect, base, CLIENT_ID, `${dialect}.json`]);
	}
	return [
		'Payers that follow the standards, on this computer. All members are invented.',
		table.toString(),
		`The files are in ${folder}/, with new keys at each start. To enter a payer in n8n: choose the Payer API`,
		'"Da Vinci PDex / FHIR Bulk Data" in a node, create a credential, and copy each field from the file of the payer.',
		`For all at once: n8n import:credentials --input=${folder}/n8n-credentials.json`,
		'A roster: examples/roster.csv. What each payer does: sandbox/README.md. Ctrl+C stops them.',
		'',
	].join('\n');
}

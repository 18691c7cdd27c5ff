import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isObject, textOf } from '../shared/fhir/json';
import { payerKey } from '../shared/exchange/payerKey';
import { readTls } from '../shared/signIn/clientCertificate';
import { answersOf, type Answers } from './answers';
import { exportWords, noStatementLine, statementLines } from './judge/capabilities';
import type { CheckLine } from './judge/lines';
import { plannedExportLine } from './judge/plannedExport';
import { ownSideLines } from './judge/ownSide';
import { dayOf, reachLines, unreachable } from './judge/reach';
import { signInLines } from './judge/signIn';
import { namesOfServer, readCapabilities, type Capabilities } from './read/capabilities';
import { offersUdap, readSmart } from './read/discovery';
import { noFacts, rowOfFindings, verdictOf, type CheckRow } from './row';
import type { Target } from './targets';

/**
 * Checks one payer, and sends nothing about a member: its capability statement, its discovery documents, and a token.
 * @returns a row in any case
 * @throws ExchangeError if the run was stopped
 */
export async function checkPayer(context: IExecuteFunctions, target: Target): Promise<CheckRow> {
	const { connection, credentials } = target;
	if (!connection.probes) return rowOfFindings(namesOf(target), [NOTHING_TO_ASK], 'limits');
	const answers = await answersOf(context, connection);
	const now = Date.now();
	const address = connection.address ?? connection.baseUrl;
	const tls = readTls(credentials, now);
	const ownCertificateEnds = 'problem' in tls ? undefined : tls.validUntil;
	const statement = statementOf(answers);
	const capabilities = readCapabilities(statement);
	const smart = readSmart(answers.smartConfiguration, address);
	const away = unreachable(answers);
	const stated = capabilities ? statementLines(capabilities) : noStatementLine(answers, connection);
	const isNoFhirServer = !capabilities && stated.some(({ state }) => state === 'blocks');
	const signIn = signInLines(answers, smart, credentials, connection.reducedGrant(), isNoFhirServer);
	const lines: CheckLine[] = away
		? [away]
		: [
				...reachLines(answers, address, ownCertificateEnds, now),
				// The cause first.
				...(isNoFhirServer ? [...stated, ...signIn] : [...signIn, ...stated]),
				...plannedExportLine(connection, capabilities, statement),
			];
	const suggested = connection.suggestedSoftware?.({
		names: namesOfServer(statement),
		guide: capabilities?.guides.payerDataExchange,
	});
	lines.push(...ownSideLines(connection, credentials, capabilities, suggested));
	return {
		...namesOf(target),
		...verdictOf(lines),
		checkedAt: new Date(now).toISOString(),
		...noFacts(away ? 'not checked' : 'not stated'),
		certificateEnds: answers.certificateEnds === undefined ? '' : dayOf(answers.certificateEnds),
		ownCertificateEnds: ownCertificateEnds === undefined ? '' : dayOf(ownCertificateEnds),
		signIn: signInWord(lines),
		...(capabilities && statedColumns(capabilities)),
		...(!away && { udap: offersUdap(answers.udap) }),
		fileHosts: connection.fileHosts.join(', '),
		suggestedSoftware: suggested?.choice ?? '',
		details: detailsOf(lines, answers, capabilities),
	};
}

/** The capability statement as it came. */
function statementOf({ open, forClients }: Answers): unknown {
	const bodies = [open, forClients].map((asked) =>
		asked === undefined || asked instanceof Error || asked.status !== 200 ? undefined : asked.json,
	);
	return bodies.find((body) => readCapabilities(body) !== undefined);
}

const NOTHING_TO_ASK = {
	says: 'Nothing of this payer can be asked without a member',
	whatToDo: 'Press Test in the credential, and try it with a test member.',
};

function namesOf({ key, connection }: Target): Pick<CheckRow, 'payerKey' | 'payer' | 'payerName'> {
	const { defaultTenant, kind, address, baseUrl } = connection;
	const own = connection.itemPayer(defaultTenant);
	return {
		payerKey: key ?? '',
		payer: own?.payer ?? payerKey({ kind: kind.name, address: address ?? baseUrl }),
		payerName: own?.payerName ?? '',
	};
}

function signInWord(lines: readonly CheckLine[]): string {
	const line = lines.find(({ check }) => check === 'signIn');
	return line === undefined ? 'not checked' : line.state === 'works' ? 'yes' : 'no';
}

function statedColumns({
	fhirVersion,
	operations,
	guides,
	mentions,
	patientSearch,
}: Capabilities): Partial<CheckRow> {
	const isStated = (operation: 'memberMatch' | 'bulkMemberMatch') =>
		operations === undefined ? 'not stated' : operations.has(operation) ? 'yes' : 'no';
	return {
		fhirVersion: fhirVersion ?? 'not stated',
		memberMatch: isStated('memberMatch'),
		bulkMatch: isStated('bulkMemberMatch'),
		bulkExport: operations === undefined ? 'not stated' : exportWords(operations) || 'no',
		bulkDataVersion:
			guides.bulkData === undefined || guides.bulkData === 'any' ? 'not stated' : guides.bulkData,
		typeFilter: mentions.typeFilter ? 'yes' : 'not stated',
		since: mentions.since ? 'yes' : 'not stated',
		patientSearch,
	};
}

/** All that is known, for whoever looks closer: nothing of the payer's as it came. */
function detailsOf(
	lines: readonly CheckLine[],
	answers: Answers,
	stated: Capabilities | undefined,
): IDataObject {
	return {
		checks: lines.map((line) => ({ ...line })),
		...(stated && {
			resourceTypes: stated.types,
			otherTypes: stated.otherTypes,
			operations: [...(stated.operations ?? [])],
			guides: { ...stated.guides },
		}),
		asked: {
			metadata: statusOf(answers.open),
			metadataWithToken: statusOf(answers.forClients ?? answers.signedIn),
			smartConfiguration: statusOf(answers.smartConfiguration),
			udap: statusOf(answers.udap),
		},
	};
}

function statusOf(asked: Answers['open']): string {
	if (asked === undefined) return 'not asked';
	if (!(asked instanceof Error)) return `HTTP ${asked.status}${isObject(asked.json) ? ', JSON' : ''}`;
	if (asked.details.noToken) return 'no token';
	const code = /^\(([^()]{1,60})\)/.exec(asked.details.whatToDo)?.[1];
	return (
		textOf(code) ??
		(asked.details.httpStatus === undefined ? 'no answer' : `HTTP ${asked.details.httpStatus}`)
	);
}

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { isEmptyCell } from '../../shared/exchange/columns';
import { columnFinding, type FieldValue } from '../../shared/exchange/fieldValues';
import { inputJson } from '../../shared/exchange/envelope';
import { ownIdOf, type OwnId } from '../../shared/exchange/ownId';
import type { ItemPayer } from '../../shared/exchange/payerKey';
import { findingsError, type Finding } from '../../shared/n8n/findings';
import { NEXT_STEPS } from '../../shared/n8n/nextSteps';
import { readTenant, type OpenConnection } from '../../shared/payers/connection';
import type { MatchSettings } from '../../shared/payers/payer';
import { matchParameters, matchResources, type MatchParameters } from '../request/matchRequest';
import { fieldFindings } from '../rules/requestCheck';
import type { ColumnUse } from './columnUse';
import { readHrexDetails } from './hrexDetails';
import { FIELD_NAMES, readMember } from './memberFields';
import { readResources, type ConsentSummary } from './memberResources';
import { chooseRequest } from './requestChoice';
import type { Roster } from './roster';
import type { RosterReading } from './rosterReading';
import type { RowFields } from './rowFields';

/** A member with a complete, validated request. */
export interface PreparedMatch {
	tenant?: string;
	payer?: ItemPayer;
	memberId: string;
	/** The member ID as it came, which the result items carry: a number stays one, so that tables can be joined by it. */
	ownId: OwnId;
	parameters: MatchParameters;
	consent: ConsentSummary;
}

/** The Not Matched item if the consent is not in force today; undefined if it is, or if the consent period is ignored. */
export function consentNotInForce(
	member: PreparedMatch,
	options: IDataObject,
	today: string,
): IDataObject | undefined {
	return isInForce(member.consent, today) || ignoresPeriod(options)
		? undefined
		: notInForceJson(member, today);
}

/** The Not Matched item of a consent that is not in force. @param today `YYYY-MM-DD` */
export function notInForceJson({ ownId, payer, tenant, consent }: PreparedMatch, today: string): IDataObject {
	const { id, start, end, policy } = consent;
	const reason = `The consent holds from ${start} to ${end}; today is ${today}. Nothing was sent to the payer.`;
	return {
		memberId: ownId,
		outcome: 'consent-not-in-force',
		reason,
		nextStep: NEXT_STEPS['consent-not-in-force'],
		...payer,
		...(tenant !== undefined && { tenant }),
		...(id !== undefined && { consentId: id }),
		consentPolicy: policy,
	};
}

/**
 * The consent of a request, as columns of the result item. `consentEnd` is what later nodes look at before each request, so it is left
 * out if the consent period is ignored.
 */
export function consentJson(
	consent: PreparedMatch['consent'],
	options: IDataObject,
	today: string,
): IDataObject {
	return {
		...(consent.id !== undefined && { consentId: consent.id }),
		consentPolicy: consent.policy,
		...(!ignoresPeriod(options) && { consentEnd: consent.end }),
		...(!isInForce(consent, today) && { consentPeriodIgnored: true }),
	};
}

/** The last day of the consent, if it is to be looked at. */
export function watchedConsentEnd({ consent }: PreparedMatch, options: IDataObject): string | undefined {
	return ignoresPeriod(options) ? undefined : consent.end;
}

/** The option Ignore Consent Period. */
export function ignoresPeriod({ ignoreConsentPeriod }: IDataObject): boolean {
	return ignoreConsentPeriod === true;
}

function isInForce({ start, end }: PreparedMatch['consent'], today: string): boolean {
	return start <= today && today <= end;
}

/**
 * Reads one item, builds its request and validates it against the payer's rules.
 *
 * @param roster all items, which say together how they are read
 * @throws ExchangeError that lists all problems of the item
 */
export function prepare(
	context: IExecuteFunctions,
	connection: OpenConnection,
	itemIndex: number,
	roster: Roster,
): PreparedMatch {
	inputJson(context, itemIndex);
	const { use } = roster;
	const fields = roster.row(itemIndex);
	const entered = tenantOf(fields);
	const read = readTenant(context, connection, itemIndex, entered);
	if (typeof read === 'string' && isEmptyCell(entered.value)) use.tookDefault(DEFAULT_TENANT);
	// An invalid tenant is reported together with all other problems.
	const tenant = typeof read === 'object' ? undefined : read;
	const tenantFindings = typeof read === 'object' ? [read] : [];
	const item = { fields, tenant, tenantFindings, reading: roster.reading };
	const isResources = context.getNodeParameter('inputMode', itemIndex, 'fields') === 'resources';
	const prepared = isResources
		? prepareResources(item, connection.match)
		: prepareFields(item, connection.match, use);
	return { ...prepared, payer: connection.itemPayer(tenant) };
}

/** What says the tenant; of a row without it, the column by which other rows say it. */
function tenantOf(fields: RowFields): FieldValue {
	const entered = fields.read('tenant');
	if (!isEmptyCell(entered.value)) return entered;
	const { column, isFound } = fields.source('tenant');
	return isFound === true ? { ...entered, column } : entered;
}

const DEFAULT_TENANT = 'the Default Tenant of the credential';
const DEFAULT_POLICY = "Consent Policy 'regular', because none is named";

interface ItemInput {
	fields: RowFields;
	tenant?: string;
	/** Problems with the tenant. */
	tenantFindings: Finding[];
	reading: RosterReading;
}

function prepareFields(item: ItemInput, settings: MatchSettings, use: ColumnUse): PreparedMatch {
	const { fields, tenant, tenantFindings, reading } = item;
	const hrex = fields.collection('hrexDetails');
	const { details, findings: detailFindings } = readHrexDetails(hrex);
	const {
		partners,
		profiles,
		findings: requestFindings,
	} = chooseRequest(settings, hrex.fullRequest === true, details);
	const values = Object.fromEntries(FIELD_NAMES.map((name) => [name, fields.value(name)]));
	const policy = fields.value('consentPolicy');
	if (isEmptyCell(policy)) use.tookDefault(DEFAULT_POLICY);
	if (isEmptyCell(values.gender)) use.wentWithout('Gender');
	const member = readMember(
		{
			tenant,
			values,
			policy: isEmptyCell(policy) ? 'regular' : policy,
			additional: fields.collection('additionalFields'),
			coverageToLink: fields.coverageToLink(),
			requestingPlanIsNamed: partners !== undefined,
		},
		reading,
		(name) => fields.source(name),
	);
	const memberFindings = 'findings' in member ? member.findings : [];
	const findings = [...tenantFindings, ...memberFindings, ...detailFindings, ...requestFindings];
	if (findings.length > 0 || 'findings' in member) throw requestError(ofRow(fields, findings));
	const { memberId, consent } = member.value;
	const resources = matchResources(member.value, partners, details);
	const parameters = matchParameters(requestId(settings, memberId), resources);
	const violations = fieldFindings(parameters, profiles);
	if (violations.length > 0) throw requestError(violations);
	return { tenant, memberId, ownId: ownIdOf(values.memberId, memberId), consent, parameters };
}

const BLANK: Finding = {
	says: 'the row is empty',
	whatToDo:
		'A file can hold empty rows, such as lines of commas alone. Delete them there, or take them out by a Filter node before this one: a field that each member has is not empty.',
};

/** The findings; of a row without any value, that. */
function ofRow(fields: RowFields, findings: Finding[]): Finding[] {
	const isBlank = fields.isBlank() && findings.every(({ emptyField }) => emptyField !== undefined);
	return isBlank && fields.isOneOfMany() ? [BLANK] : findings;
}

function prepareResources(item: ItemInput, settings: MatchSettings): PreparedMatch {
	const { fields, tenant, tenantFindings, reading } = item;
	const own = fields.read('memberId');
	const { problem } = own;
	if (problem) throw requestError([...tenantFindings, columnFinding(problem, 'Member ID', 'memberId')]);
	const read = readResources(
		{
			memberId: own.value,
			patient: fields.value('patient'),
			coverageToMatch: fields.value('coverageToMatch'),
			consent: fields.value('consent'),
			coverageToLink: fields.value('coverageToLinkResource'),
		},
		reading.today,
		settings,
	);
	if ('findings' in read) throw requestError([...tenantFindings, ...read.findings]);
	if (tenantFindings.length > 0) throw requestError(tenantFindings);
	const { memberId, resources, consent } = read.value;
	return {
		tenant,
		memberId,
		ownId: ownIdOf(own.value, memberId),
		consent,
		parameters: matchParameters(requestId(settings, memberId), resources),
	};
}

function requestId({ withRequestId }: MatchSettings, memberId: string): string | undefined {
	return withRequestId ? memberId : undefined;
}

function requestError(findings: readonly Finding[]): Error {
	return findingsError('The match request', findings);
}

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { inputJson } from '../../shared/exchange/envelope';
import { ownIdOf, type OwnId } from '../../shared/exchange/ownId';
import { isFiller } from '../../shared/exchange/rosterValues';
import { isObject } from '../../shared/fhir/json';
import { findingsError, type Finding } from '../../shared/n8n/findings';
import { columnSource, rawParameter } from '../../shared/n8n/parameters';
import { readTenant, type OpenConnection } from '../../shared/payers/connection';
import type { MatchSettings } from '../../shared/payers/payer';
import { matchParameters, matchResources, type MatchParameters } from '../request/matchRequest';
import { fieldFindings } from '../rules/requestCheck';
import { readHrexDetails } from './hrexDetails';
import { MEMBER_FIELDS, readMember } from './memberFields';
import { readResources, type ConsentSummary } from './memberResources';
import { chooseRequest } from './requestChoice';
import type { RosterReading } from './rosterReading';

/** A member with a complete, validated request. */
export interface PreparedMatch {
	tenant?: string;
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
export function notInForceJson({ ownId, tenant, consent }: PreparedMatch, today: string): IDataObject {
	const { id, start, end, policy } = consent;
	const reason = `The consent holds from ${start} to ${end}; today is ${today}. Nothing was sent to the payer.`;
	return {
		memberId: ownId,
		...(tenant !== undefined && { tenant }),
		outcome: 'consent-not-in-force',
		reason,
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
 * @param reading how the values are read
 * @throws ExchangeError that lists all problems of the item
 */
export function prepare(
	context: IExecuteFunctions,
	connection: OpenConnection,
	itemIndex: number,
	reading: RosterReading,
): PreparedMatch {
	inputJson(context, itemIndex);
	const read = readTenant(context, connection, itemIndex);
	// An invalid tenant is reported together with all other problems.
	const tenant = typeof read === 'object' ? undefined : read;
	const tenantFindings = typeof read === 'object' ? [read] : [];
	const item = { context, itemIndex, tenant, tenantFindings, reading };
	return context.getNodeParameter('inputMode', itemIndex) === 'resources'
		? prepareResources(item, connection.match)
		: prepareFields(item, connection.match);
}

interface ItemInput {
	context: IExecuteFunctions;
	itemIndex: number;
	tenant?: string;
	/** Problems with the tenant. */
	tenantFindings: Finding[];
	reading: RosterReading;
}

function prepareFields(item: ItemInput, settings: MatchSettings): PreparedMatch {
	const { context, itemIndex, tenant, tenantFindings, reading } = item;
	const parameter = (name: string) => rawParameter(context, name, itemIndex);
	const hrex = collection(parameter('hrexDetails'));
	const { details, findings: detailFindings } = readHrexDetails(hrex);
	const {
		partners,
		profiles,
		findings: requestFindings,
	} = chooseRequest(settings, hrex.fullRequest === true, details);
	const policy = parameter('consentPolicy');
	const { coverage } = collection(parameter('coverageToLink'));
	const member = readMember(
		{
			tenant,
			values: Object.fromEntries(Object.keys(MEMBER_FIELDS).map((name) => [name, parameter(name)])),
			policy: policy === 'fromItem' ? itemPolicy(context.getInputData()[itemIndex].json) : policy,
			additional: collection(parameter('additionalFields')),
			coverageToLink: isObject(coverage) ? coverage : undefined,
			requestingPlanIsNamed: partners !== undefined,
		},
		reading,
		(name) => columnSource(context, name, itemIndex),
	);
	const memberFindings = 'findings' in member ? member.findings : [];
	const findings = [...tenantFindings, ...memberFindings, ...detailFindings, ...requestFindings];
	if (findings.length > 0 || 'findings' in member) throw requestError(findings);
	const { memberId, consent } = member.value;
	const resources = matchResources(member.value, partners, details);
	const parameters = matchParameters(requestId(settings, memberId), resources);
	const violations = fieldFindings(parameters, profiles);
	if (violations.length > 0) throw requestError(violations);
	return { tenant, memberId, ownId: ownIdOf(parameter('memberId'), memberId), consent, parameters };
}

/** The values of a collection, which is undefined if the form was never opened. */
function collection(value: unknown): IDataObject {
	return isObject(value) ? value : {};
}

/** The column `consentPolicy`; an empty value means regular. */
function itemPolicy({ consentPolicy }: IDataObject): unknown {
	const isEmpty =
		isFiller(consentPolicy) ||
		consentPolicy === undefined ||
		consentPolicy === null ||
		(typeof consentPolicy === 'string' && consentPolicy.trim() === '');
	return isEmpty ? 'regular' : consentPolicy;
}

function prepareResources(item: ItemInput, settings: MatchSettings): PreparedMatch {
	const { context, itemIndex, tenant, tenantFindings, reading } = item;
	const parameter = (name: string) => rawParameter(context, name, itemIndex);
	const read = readResources(
		{
			memberId: parameter('memberId'),
			patient: parameter('patient'),
			coverageToMatch: parameter('coverageToMatch'),
			consent: parameter('consent'),
			coverageToLink: parameter('coverageToLinkResource'),
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
		ownId: ownIdOf(parameter('memberId'), memberId),
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

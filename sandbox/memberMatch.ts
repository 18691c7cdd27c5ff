import { crowdByCoverage } from './crowd';
import { members, type Member, type MatchOutcome } from './members';

/** What the gateway reads from a valid $member-match request. */
export interface MatchRequest {
	given: string[];
	family: string;
	birthDate: string;
	coverageIds: string[];
	consentStart: string;
	consentEnd: string;
}

/** Why a request is refused; it names the place, never a value. */
export interface Complaint {
	code: 'required' | 'invalid';
	diagnostics: string;
}

/** What the payer finds for a request. */
export type Judgement =
	| { outcome: 'matched'; member: Member }
	| { outcome: Exclude<MatchOutcome, 'matched'> };

const policyUris = ['regular', 'sensitive'].map(
	(policy) => `http://hl7.org/fhir/us/davinci-hrex/StructureDefinition-hrex-consent.html#${policy}`,
);

const parameterTypes: Record<string, string> = {
	MemberPatient: 'Patient',
	CoverageToMatch: 'Coverage',
	Consent: 'Consent',
	CoverageToLink: 'Coverage',
};

type Fields = Record<string, unknown>;

function fields(value: unknown): Fields {
	return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): unknown[] {
	return Array.isArray(value) ? (value as unknown[]) : [];
}

const dateOnly = /^\d{4}-\d{2}-\d{2}$/;
const dateOrDateTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2}))?$/;

function isDate(text: string, shape: RegExp): boolean {
	const day = text.slice(0, 10);
	const date = new Date(`${day}T00:00:00Z`);
	return shape.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

/** Reads the parts of a request and keeps what is wrong with them. */
class RequestReader {
	readonly complaints: Complaint[] = [];

	check(holds: boolean, code: Complaint['code'], diagnostics: string): void {
		if (!holds) this.complaints.push({ code, diagnostics });
	}

	text(value: unknown, place: string): string {
		const isText = typeof value === 'string';
		const isAbsent = value === undefined || value === null || value === '';
		this.check(!isAbsent, 'required', `${place} is required.`);
		this.check(isAbsent || isText, 'invalid', `${place} must be a string.`);
		return isText ? value : '';
	}

	date(value: unknown, place: string, shape: RegExp): string {
		const text = this.text(value, place);
		this.check(isDate(text, shape), 'invalid', `${place} must be a date YYYY-MM-DD.`);
		return text.slice(0, 10);
	}

	parameters(body: unknown): Fields[] {
		const root = fields(body);
		this.check(root.resourceType === 'Parameters', 'invalid', 'The body must be a FHIR Parameters resource.');
		this.text(root.id, 'Parameters.id');
		const parameters = list(root.parameter).map(fields);
		for (const { name } of parameters) {
			const known = typeof name === 'string' && Object.hasOwn(parameterTypes, name);
			this.check(known, 'invalid', `The only parameters are ${Object.keys(parameterTypes).join(', ')}.`);
		}
		return parameters;
	}

	resource(parameters: Fields[], name: string): Fields {
		const named = parameters.filter((parameter) => parameter.name === name);
		const isOptional = name === 'CoverageToLink';
		this.check(isOptional || named.length > 0, 'required', `The parameter ${name} is required.`);
		this.check(named.length <= 1, 'invalid', `There must be only one parameter ${name}.`);
		for (const { resource } of named) {
			const { resourceType = parameterTypes[name], ...rest } = fields(resource);
			this.check(Object.keys(rest).length > 0, 'required', `The parameter ${name} must hold a resource.`);
			const fits = resourceType === parameterTypes[name];
			this.check(fits, 'invalid', `The resource of ${name} must be a ${parameterTypes[name]}.`);
		}
		return fields(named[0]?.resource);
	}

	patient(patient: Fields): Pick<MatchRequest, 'given' | 'family' | 'birthDate'> {
		const name = fields(list(patient.name)[0]);
		const given = list(name.given);
		this.check(given.length > 0, 'required', 'MemberPatient.name.given is required.');
		return {
			given: given.map((part) => this.text(part, 'MemberPatient.name.given')),
			family: this.text(name.family, 'MemberPatient.name.family'),
			birthDate: this.date(patient.birthDate, 'MemberPatient.birthDate', dateOnly),
		};
	}

	coverage(coverage: Fields): Pick<MatchRequest, 'coverageIds'> {
		const place = 'CoverageToMatch.identifier.value';
		const values = list(coverage.identifier).map((identifier) => fields(identifier).value);
		this.check(values.length > 0, 'required', `${place} is required.`);
		return { coverageIds: values.map((value) => this.text(value, place)) };
	}

	consent(consent: Fields): Pick<MatchRequest, 'consentStart' | 'consentEnd'> {
		this.text(consent.id, 'Consent.id');
		const status = this.text(consent.status, 'Consent.status');
		this.check(status === 'active', 'invalid', 'Consent.status must be active.');

		const policies = list(consent.policy).map((policy) => fields(policy).uri);
		this.check(policies.length > 0, 'required', 'Consent.policy.uri is required.');
		for (const uri of policies) {
			const known = policyUris.includes(this.text(uri, 'Consent.policy.uri'));
			this.check(known, 'invalid', 'Consent.policy.uri must be one of the two HRex consent policies.');
		}

		const provision = fields(consent.provision);
		const type = this.text(provision.type, 'Consent.provision.type');
		this.check(type === 'permit', 'invalid', 'Consent.provision.type must be permit.');
		const period = fields(provision.period);
		const consentStart = this.date(period.start, 'Consent.provision.period.start', dateOrDateTime);
		const consentEnd = this.date(period.end, 'Consent.provision.period.end', dateOrDateTime);
		this.check(consentStart <= consentEnd, 'invalid', 'Consent.provision.period ends before it starts.');
		return { consentStart, consentEnd };
	}
}

/** Reads a $member-match request as strictly as the contract states it: the request, or the first complaint. */
export function readMatchRequest(body: unknown): MatchRequest | Complaint {
	const reader = new RequestReader();
	const parameters = reader.parameters(body);
	const [patient, coverage, consent] = ['MemberPatient', 'CoverageToMatch', 'Consent', 'CoverageToLink'].map(
		(name) => reader.resource(parameters, name),
	);
	const request = { ...reader.patient(patient), ...reader.coverage(coverage), ...reader.consent(consent) };
	return reader.complaints[0] ?? request;
}

function isPerson({ row }: Member, request: MatchRequest): boolean {
	const given = request.given.map((part) => part.normalize('NFC'));
	return (
		request.family.normalize('NFC') === row.familyName &&
		given.includes(row.givenName) &&
		request.birthDate === row.birthDate &&
		request.coverageIds.includes(row.coverageId)
	);
}

/** What the payer finds: family name, one given name, birth date and coverage id must all agree. */
export function judge(request: MatchRequest, today: string): Judgement {
	const candidates = [...members, ...crowdByCoverage(request.coverageIds)];
	const member = candidates.find((candidate) => isPerson(candidate, request));
	if (!member) return { outcome: 'no-match' };
	const { outcome } = member;
	if (outcome === 'no-match' || outcome === 'multiple-matches') return { outcome };
	if (request.consentStart > today || today > request.consentEnd) return { outcome: 'consent-not-in-force' };
	return outcome === 'consent-refused' ? { outcome } : { outcome: 'matched', member };
}

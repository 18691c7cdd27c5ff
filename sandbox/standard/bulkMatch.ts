import { NPI } from '../codeSystems';
import { opaqueId } from '../ids';
import type { Member } from '../members';
import { GROUP_NUMBERING } from './groups';
import { judgeParts } from './members';

const PDEX = 'http://hl7.org/fhir/us/davinci-pdex';
const PAYER = { identifier: { system: NPI, value: '1558444216' }, display: 'Bison Health Plan' };

/** How a submitted member came out. */
type Result = 'match' | 'nomatch' | 'consentconstraint';

const KINDS: Record<Result, { name: string; display: string; profile: string }> = {
	match: { name: 'MatchedMembers', display: 'Matched', profile: 'pdex-member-match-group' },
	nomatch: { name: 'NonMatchedMembers', display: 'Not Matched', profile: 'pdex-member-no-match-group' },
	consentconstraint: {
		name: 'ConsentConstrainedMembers',
		display: 'Consent Constraint',
		profile: 'pdex-member-no-match-group',
	},
};

interface Submitted {
	patient: fhir4.Patient;
	coverage: fhir4.Coverage;
	result: Result;
	member?: Member;
}

/** A result group: its name in a Parameters, the Group, and the members of the payer in it. */
export interface ResultGroup {
	name: string;
	group: fhir4.Group & { id: string };
	members: Member[];
}

function resourceOf<T>(bundle: fhir4.ParametersParameter, name: string): T | undefined {
	return bundle.part?.find((part) => part.name === name)?.resource as T | undefined;
}

/** Judges one MemberBundle; undefined where patient or coverage are not there at all. */
function submitted(bundle: fhir4.ParametersParameter, today: string): Submitted | undefined {
	const patient = resourceOf<fhir4.Patient>(bundle, 'MemberPatient');
	const coverage = resourceOf<fhir4.Coverage>(bundle, 'CoverageToMatch');
	const consent = resourceOf<fhir4.Consent>(bundle, 'Consent');
	if (!patient?.id || !coverage) return undefined;
	const judgement = judgeParts(patient, coverage, consent, today);
	if (judgement.outcome === 'no-match' || judgement.outcome === 'multiple-matches') {
		return { patient, coverage, result: 'nomatch' };
	}
	const isPermitted = consent?.status === 'active' && consent.provision?.type === 'permit';
	if (judgement.outcome !== 'matched' || !isPermitted) {
		return { patient, coverage, result: 'consentconstraint' };
	}
	return { patient, coverage, result: 'match', member: judgement.member };
}

function extension(name: string, id: string): fhir4.Extension {
	return {
		url: `${PDEX}/StructureDefinition/base-ext-match-${name}`,
		valueReference: { reference: `#${id}` },
	};
}

function resultGroup(result: Result, all: Submitted[], jobId: string, withCoverage: boolean): ResultGroup {
	const { name, display, profile } = KINDS[result];
	const code = {
		coding: [{ system: `${PDEX}/CodeSystem/PdexMultiMemberMatchResultCS`, code: result, display }],
	};
	const id = opaqueId(name, jobId);
	const contained: fhir4.FhirResource[] = [];
	const taken = new Set(all.map(({ patient }) => patient.id));
	const ofResult = all.filter((each) => each.result === result);
	const member = ofResult.map(({ patient, coverage, member: found }, index): fhir4.GroupMember => {
		contained.push(patient);
		const extensions = [extension('parameters', patient.id ?? '')];
		if (withCoverage && found) {
			const isFree = coverage.id !== undefined && !taken.has(coverage.id);
			const coverageId = isFree ? coverage.id : `coverage-of-${index + 1}`;
			taken.add(coverageId);
			contained.push({ ...coverage, id: coverageId });
			extensions.push(extension('coverage', coverageId ?? ''));
		}
		const reference = found ? `Patient/${found.row.memberId}` : `#${patient.id}`;
		return { entity: { extension: extensions, reference } };
	});
	return {
		name,
		members: ofResult.flatMap(({ member: found }) => found ?? []),
		group: {
			resourceType: 'Group',
			id,
			meta: { profile: [`${PDEX}/StructureDefinition/${profile}`] },
			...(contained.length > 0 ? { contained } : {}),
			identifier: [{ system: GROUP_NUMBERING, value: id }],
			type: 'person',
			actual: true,
			code,
			name,
			quantity: ofResult.length,
			managingEntity: PAYER,
			characteristic: [{ code, valueReference: PAYER, exclude: false }],
			...(member.length > 0 ? { member } : {}),
		},
	};
}

/**
 * Judges every MemberBundle for itself. There is always a group of the matched; the other two only where somebody is in them.
 *
 * @returns undefined where a bundle lacks its patient, the patient's id or the coverage
 */
export function bulkMatch(
	{ parameter = [] }: fhir4.Parameters,
	jobId: string,
	withCoverage: boolean,
	today: string,
): ResultGroup[] | undefined {
	const all = parameter.map((bundle) => submitted(bundle, today)).filter((each) => each !== undefined);
	if (all.length === 0 || all.length < parameter.length) return undefined;
	return (['match', 'nomatch', 'consentconstraint'] as const)
		.map((result) => resultGroup(result, all, jobId, withCoverage))
		.filter(({ name, group }) => name === 'MatchedMembers' || group.member);
}

/** The same groups in one Parameters, as PDex 2.1 has them. */
export function asParameters(groups: readonly ResultGroup[]): fhir4.Parameters {
	return {
		resourceType: 'Parameters',
		parameter: groups.map(({ name, group }) => ({ name, resource: group })),
	};
}

import type { FastifyRequest } from 'fastify';
import { FHIR_NDJSON } from '../mediaTypes';
import { refusal, type Answer } from '../operationOutcome';
import { dataLastUpdated } from '../resources/context';
import type { DialectRules } from './dialects';
import type { Checks } from './violations';

/** What PDex calls the export that one payer makes for another. */
const FIVE_YEARS_MS = 5 * 365.25 * 86_400_000;

/** What a kick-off asks for. */
export interface AskedExport {
	types: string[];
	typeFilters: string[];
	/** Patient ids; empty: all of the group. */
	patients: string[];
	since?: string;
	/** Whether data that was last changed at `dataLastUpdated` is asked for. */
	nothingNew: boolean;
	byPatient: boolean;
	inParts: boolean;
	separateStatus: boolean;
}

type ValueName = 'valueString' | 'valueInstant' | 'valueReference' | 'valueBoolean' | 'valueCanonical';

const VALUES: Record<string, ValueName> = {
	_outputFormat: 'valueString',
	_since: 'valueInstant',
	_until: 'valueInstant',
	_type: 'valueString',
	_elements: 'valueString',
	_typeFilter: 'valueString',
	includeAssociatedData: 'valueString',
	patient: 'valueReference',
	organizeOutputBy: 'valueString',
	allowPartialManifests: 'valueBoolean',
	exportType: 'valueCanonical',
};
const SINCE_3 = ['_until', 'organizeOutputBy', 'allowPartialManifests'];
const FORMATS = [FHIR_NDJSON, 'application/ndjson', 'ndjson'];
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/;
/** A comma with another query after it. */
const NEXT_QUERY = /,(?=[A-Z][A-Za-z]+\?)/;
const FORBIDDEN = /[?&](?:_include|_revinclude|_sort|_elements)(?:[:=]|$)/;

type Asked = Array<[name: string, value: string]>;

function fromBody(body: unknown, checks: Checks): Asked {
	const { resourceType, parameter } = (body ?? {}) as Partial<fhir4.Parameters>;
	// An export without parameters may come without a body.
	if (body === undefined || body === null) return [];
	checks.check('D5', 'the body is a Parameters', resourceType === 'Parameters');
	return (parameter ?? []).map(({ name, ...value }): [string, string] => {
		const [valueName, content] = Object.entries(value)[0] ?? [];
		const right = VALUES[name];
		checks.check('D5', `${name} has ${right ?? 'no place'}`, right === undefined || valueName === right);
		const text = valueName === 'valueReference' ? (content as fhir4.Reference).reference : content;
		return [name, String(text ?? '')];
	});
}

function checkValues(asked: Asked, rules: DialectRules, checks: Checks): void {
	for (const [name, value] of asked) {
		if (name === '_since' || name === '_until') {
			checks.check('D4', `${name} is an instant`, INSTANT.test(value));
		}
		if (name === '_typeFilter') {
			const isOne = rules.bulkData === 1 || !NEXT_QUERY.test(value);
			checks.check('D3', 'one query in each _typeFilter', isOne);
			checks.check(
				'D7',
				'_typeFilter only searches',
				value.split(NEXT_QUERY).every((each) => !FORBIDDEN.test(each)),
			);
		}
		checks.check('D3', `${name} is encoded once`, !/%(?:2C|3F|25)/i.test(value));
		if (rules.bulkData === 4) {
			const isList = ['_type', '_elements', 'includeAssociatedData'].includes(name);
			const isOne = isList ? !value.includes(',') : !NEXT_QUERY.test(value);
			checks.check('D6', `one value in each ${name}`, isOne);
		}
	}
}

function complaint(asked: Asked, rules: DialectRules, isDaVinci: boolean): string | undefined {
	const known = (name: string) =>
		Object.hasOwn(VALUES, name) &&
		(!SINCE_3.includes(name) || rules.bulkData >= 3 || (isDaVinci && name === '_until')) &&
		(name !== 'exportType' || isDaVinci);
	const unknown = asked.find(([name]) => !known(name));
	if (unknown) return `The parameter ${unknown[0]} is not supported.`;
	for (const [name, value] of asked) {
		if (name === '_outputFormat' && !FORMATS.includes(value)) return '_outputFormat is not supported.';
		if (name === 'organizeOutputBy' && value !== 'Patient') return 'organizeOutputBy can be Patient only.';
		if (name === '_type' && value.split(',').some((type) => !/^[A-Z][A-Za-z]+$/.test(type.trim()))) {
			return '_type must be a list of resource types.';
		}
		if ((name === '_since' || name === '_until') && Number.isNaN(Date.parse(value))) {
			return `${name} must be an instant.`;
		}
	}
	return undefined;
}

/** FHIR JSON, also as drafts of FHIR spelled it. */
const ACCEPTED = /application\/(?:fhir\+json|json\+fhir)/;

/** Reads a kick-off and checks it; a complaint is the answer to a bad one. */
export function readKickOff(
	request: FastifyRequest,
	rules: DialectRules,
	exportType: string | undefined,
	checks: Checks,
): AskedExport | { complaint: Answer } {
	const { accept, prefer = '' } = request.headers as Record<string, string | undefined>;
	const preferences = prefer.split(/[,;]/).map((each) => each.trim());
	checks.check('D1', 'Accept is FHIR JSON', accept !== undefined && ACCEPTED.test(accept));
	checks.check('D2', 'Prefer is respond-async', preferences.includes('respond-async'));
	const isPost = request.method === 'POST';
	const query: Asked = [...new URL(request.url, 'http://sandbox').searchParams];
	const isDaVinci = exportType !== undefined;
	const asked = isPost ? fromBody(request.body, checks) : query;
	if (isPost) checks.check('D5', 'parameters are in the body', query.length === 0);
	else checks.check('D5', 'patient by POST only', !query.some(([name]) => name === 'patient'));
	checkValues(asked, rules, checks);
	const all = (name: string) => asked.filter(([each]) => each === name).map(([, value]) => value);
	const [since] = all('_since');
	if (isDaVinci) {
		checks.check('D14', 'exportType is payertopayer', all('exportType').join() === exportType);
	}
	const says = complaint(asked, rules, isDaVinci);
	if (says !== undefined && !preferences.includes('handling=lenient')) {
		return { complaint: refusal(400, 'not-supported', says) };
	}
	const [until] = all('_until');
	return {
		types: all('_type').flatMap((value) => value.split(',').map((type) => type.trim())),
		typeFilters: all('_typeFilter').flatMap((value) => value.split(NEXT_QUERY)),
		patients: isPost ? all('patient').map((reference) => reference.replace(/^(?:.*\/)?Patient\//, '')) : [],
		since,
		nothingNew:
			(since !== undefined && Date.parse(since) >= Date.parse(dataLastUpdated)) ||
			(until !== undefined && Date.parse(until) < Date.parse(dataLastUpdated)),
		byPatient: rules.bulkData >= 3 && all('organizeOutputBy').length > 0,
		inParts: rules.bulkData >= 3 && all('allowPartialManifests').includes('true'),
		separateStatus: rules.bulkData >= 3 && preferences.includes('separate-export-status'),
	};
}

/** Whether the first export of a group leaves out data of the last five years (PDex pdex-130, pdex-174). */
export function leavesOutYears({ since }: AskedExport, now: number): boolean {
	return since !== undefined && Date.parse(since) > now - FIVE_YEARS_MS;
}

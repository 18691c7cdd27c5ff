import type { INodeProperties } from 'n8n-workflow';
import { TENANT_PATTERN } from '../../fhir/ids';
import { settingError } from '../settingError';

const PLANS_LABEL = 'Plans';

/** The field of the credential. */
export const PLANS_FIELD: INodeProperties = {
	displayName: PLANS_LABEL,
	name: 'plans',
	type: 'string',
	typeOptions: { rows: 4 },
	default: '',
	placeholder: 'e.g. Name in Your Roster = tenant',
	description:
		"For rosters that have the plan's name in place of its tenant. One line each: plan name = tenant. Case and spaces of the name do not count. A plan that is not listed is not asked. Member Match offers the plans as a list.",
};

/** The health plans of a gateway by their names. */
export interface Plans {
	/** The plans as they are entered. */
	listed: ReadonlyArray<{ name: string; tenant: string }>;
	/** The tenant of a plan; undefined if no plan has this name. */
	tenantOf(name: string): string | undefined;
	/** The tenant as it is listed, for one in any case; undefined if no line has it. */
	listedTenant(tenant: string): string | undefined;
	/** Whether the list has no line. */
	isEmpty: boolean;
	/** The name of a plan as it is entered first; undefined if its tenant is not listed. */
	nameOf(tenant: string | undefined): string | undefined;
}

interface PlanLine {
	line: number;
	name: string;
	tenant: string;
}

/** Names are compared without case, spaces and characters that nobody sees. */
function nameKey(name: string): string {
	return name
		.normalize('NFKC')
		.toLowerCase()
		.replace(/[\s\p{Cf}]+/gu, '');
}

/**
 * Reads the field: one line for each plan, `Plan name = tenant`. Empty lines do not count.
 * @throws ExchangeError that names the line, counted from 1: one that cannot be read, or whose name is another plan's
 */
export function readPlans(value: unknown): Plans {
	if (value !== undefined && value !== null && typeof value !== 'string') {
		throw settingError(PLANS_LABEL, 'must be a text: one line for each plan');
	}
	const lines = (value ?? '').split(/\r\n|\r|\n/).flatMap((text, index) => planLine(text, index + 1));
	const byName = new Map<string, PlanLine>();
	for (const each of lines) {
		const key = nameKey(each.name);
		const first = byName.get(key) ?? each;
		if (first.tenant !== each.tenant) {
			throw settingError(
				PLANS_LABEL,
				`has one name with two tenants, in the lines ${first.line} and ${each.line}`,
			);
		}
		byName.set(key, first);
	}
	// What Member Match gives as the tenant is looked up once more by the later nodes.
	for (const { line, tenant } of lines) {
		const named = byName.get(nameKey(tenant));
		if (named && named.tenant !== tenant) {
			throw settingError(
				PLANS_LABEL,
				`has the tenant of line ${line} as the name of another plan, in line ${named.line}`,
			);
		}
	}
	const byTenant = new Map([...lines].reverse().map(({ tenant, name }) => [tenant.toLowerCase(), name]));
	const listed = new Map([...lines].reverse().map(({ tenant }) => [tenant.toLowerCase(), tenant]));
	return {
		listed: lines.map(({ name, tenant }) => ({ name, tenant })),
		isEmpty: lines.length === 0,
		listedTenant: (tenant) => listed.get(tenant.toLowerCase()),
		tenantOf: (name) => byName.get(nameKey(name))?.tenant,
		nameOf: (tenant) => (tenant === undefined ? undefined : byTenant.get(tenant.toLowerCase())),
	};
}

/** The name may hold an equals sign, a tenant cannot. */
function planLine(text: string, line: number): PlanLine[] {
	if (text.trim() === '') return [];
	const at = text.lastIndexOf('=');
	const [name, tenant] = [text.slice(0, Math.max(at, 0)).trim(), text.slice(at + 1).trim()];
	if (name === '' || !TENANT_PATTERN.test(tenant)) {
		throw settingError(
			PLANS_LABEL,
			`cannot be read in line ${line}: it must be plan name = tenant, and the tenant has no spaces`,
		);
	}
	return [{ line, name, tenant }];
}

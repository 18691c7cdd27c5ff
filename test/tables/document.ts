import { viewColumns } from '../../nodes/FhirToTable/shipped/shippedView';
import { TABLES, tableColumns, type Table } from '../../nodes/FhirToTable/tables';
import { CURRENT_CLAIMS, CURRENT_LINES } from './currentClaimsSql';
import { ELIGIBILITY, MEDICAL_CLAIM, PHARMACY_CLAIM, PROVIDERS } from './tuvaSql';

/** Where the page is, from the project's folder. */
export const DOCUMENT = 'docs/tables.md';

/** Columns for where a resource came from, which every table has beside its own, with the database type of each. */
export const ORIGIN_COLUMNS = {
	member_id: 'text',
	payer: 'text',
	job_id: 'text',
	batch: 'integer',
	line: 'integer',
	transaction_time: 'text',
} as const;

/** The database type of a FHIR type, as in the page. */
export function databaseType(type: string): string {
	if (type === 'date' || type === 'boolean') return type;
	if (type === 'decimal') return 'numeric';
	return ['integer', 'positiveInt', 'unsignedInt'].includes(type) ? 'integer' : 'text';
}

function tableOf(head: string[], rows: string[][]): string {
	const all = [head, head.map(() => '---'), ...rows];
	return all.map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`).join('\n');
}

function sectionOf(table: Table): string {
	const rows = tableColumns(table).map(({ name, type, description, path }) => [
		`\`${name}\``,
		type,
		description,
		path === undefined ? 'made in code' : `\`${path}\``,
	]);
	const loops = table.views.flatMap(({ select }) =>
		select
			.flatMap((each) => [each, ...(each.unionAll ?? [])])
			.flatMap(({ forEach, forEachOrNull }) => {
				const loop = forEach ?? forEachOrNull;
				return loop === undefined ? [] : [`\`${loop}\``];
			}),
	);
	const from =
		loops.length === 0 ? '' : ` Paths of a row's own element start from ${[...new Set(loops)].join(' or ')}.`;
	const views = table.views.map(({ name, resource, description, where = [] }) => {
		const conditions = where.map((each) => `\`${each.path}\``).join(' and ');
		return `- view [${name}](../nodes/FhirToTable/views/${name}.json), of ${resource}: ${description}${
			conditions === '' ? '' : ` Only where ${conditions}.`
		}`;
	});
	const simple = table.simple.map(({ column, heading }) => `${heading} (\`${column}\`)`).join(', ');
	return `## ${table.name} (\`${table.value}\`)

${views.join('\n')}
${from === '' ? '' : `\n${from.trim()}\n`}
With Simplify: ${simple}.

${tableOf(['column', 'type', 'meaning', 'source'], rows)}`;
}

/** The page: every table with its columns, and the SQL that makes Tuva's tables of them. */
export function tablesDocument(): string {
	const contents = TABLES.map((table) => [
		`[${table.name}](#${anchor(table)})`,
		`\`${table.value}\``,
		table.views.map(({ resource }) => resource).join(', '),
		String(tableColumns(table).length),
	]);
	return `${INTRODUCTION}

${tableOf(['table', 'name', 'of resources of type', 'columns'], contents)}

${TABLES.map(sectionOf).join('\n\n')}

${SQL}

<!-- prettier-ignore-end -->
`;
}

/** The heading of a section as GitHub makes a link of it. */
function anchor({ name, value }: Table): string {
	return `${name} ${value}`.toLowerCase().replaceAll(' ', '-');
}

/** The columns that are whole days though their element can have a time. */
const wholeDays = TABLES.flatMap(({ views }) => views.flatMap(viewColumns)).filter(
	({ isWholeDay }) => isWholeDay,
).length;

const INTRODUCTION = `# Tables

What FHIR to Table makes of FHIR resources: ${TABLES.length} tables, with the columns of each. This page is written by \`npm run docs:tables\`
from the views; do not edit it.

- Each table is one or more **views**: ViewDefinitions of [SQL on FHIR v2](https://sql-on-fhir.org), shareable and tabular, which run unchanged in
  any engine for them (Aidbox, Pathling, Medplum, HL7's own). A few columns are **made in code** afterwards, because no path can: flags, codes of another
  list, a choice among elements. They are at the end, or stand in the place of the view's column of the same name.
- Column names are those of the [Tuva input layer](https://thetuvaproject.com) where it has the table.
- **Keys** (\`…_key\`) are \`payer/Type/id\`: those of two payers never meet. A reference that is no key (contained, another server's) is empty.
- **NPIs** are not in the tables of claims: join \`practitioner\` on the key, see [below](#sql-npis).
- **Money** is never there: payers exchange no remittances and no cost-sharing (42 CFR 422.121(b)(4)(ii)(A)(1)). The columns are, and are empty.
- **What was entered in error**, or refuted, has no row. Cancelled and replaced claims have: \`current_flag = 1\` is what a claim says of itself,
  \`is_current\` what is known of it with _Options > One Claim Once_ (then claims entered in error have a row too), \`current_claims\`
  [what the database knows](#sql-claims-to-be-counted).
- **\`security_labels\`** stand in every table, so that whoever works with a row sees them. Payers need not send any: that there is none proves nothing.
- \`date\` is a whole day, cut from the text as it was written, without moving it into another time zone; a year or a month alone gives an empty cell.
  ${wholeDays} such columns are of elements that may have a time: their view says the element's type and the tag \`ansi/type\` DATE. \`dateTime\` and
  \`instant\` are the text as sent. \`decimal\` keeps its digits.
- Social security numbers are left out, and the addresses of files of documents.
- Every table has, besides, where its row came from: ${Object.keys(ORIGIN_COLUMNS)
	.map((name) => `\`${name}\``)
	.join(
		', ',
	)}. \`member_id\` is your own member's, as in the roster; \`payer_member_id\` the member's ID at the payer that was asked.

In a database: \`date\` is date, \`decimal\` numeric, \`integer\`, \`positiveInt\` and \`unsignedInt\` integer, \`boolean\` boolean, everything else text.

<!-- prettier-ignore-start -->`;

const SQL = `## SQL: NPIs

The SQL below is tried on PostgreSQL (\`test/e2e/tablesSql.test.ts\`). It reads the tables above under their names, with all their columns.

\`\`\`sql
${PROVIDERS}
\`\`\`

## SQL: claims to be counted

\`is_current\` says which claim is to be counted **of one run**. What came in other runs, only the database knows: this view gives one row for each
claim that is to be counted, of all that was ever loaded. Left out are claims that were adjusted, cancelled or entered in error, older versions, all but
one of those that several payers sent, and, where the option One Claim Once was on, those with the reason \`ownData\` or \`unclear\`. Without the option,
claims of two payers are never taken for one. A claim that was entered in error takes the place of its older version only with the option on. Times are
compared as text: a server writes them in one time zone.

\`\`\`sql
${CURRENT_CLAIMS}
\`\`\`

Its lines, where the table holds several versions of a claim; where \`claim_key\` and \`claim_line_number\` are the key of the table, the first
condition is enough:

\`\`\`sql
${CURRENT_LINES}
\`\`\`

## SQL: Tuva's medical_claim

One row for each line of a claim as it stands, with NPIs, and with the diagnoses and procedures of the claim side by side: the principal one
first, those of admission and the reasons for a visit left out, as Tuva asks for.

\`\`\`sql
${MEDICAL_CLAIM}
\`\`\`

## SQL: Tuva's pharmacy_claim and eligibility

\`\`\`sql
${PHARMACY_CLAIM}

${ELIGIBILITY}
\`\`\``;

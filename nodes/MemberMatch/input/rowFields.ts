import type {
	IDataObject,
	IExecuteFunctions,
	INodeProperties,
	INodePropertyCollection,
	INodePropertyOptions,
} from 'n8n-workflow';
import {
	ADDITIONAL_COLUMNS,
	LINK_COLUMNS,
	MEMBER_COLUMNS,
	ownName,
	type ColumnField,
} from '../../shared/exchange/columnFields';
import { columnsOf, isEmptyCell, memberColumnsOf, type Columns } from '../../shared/exchange/columns';
import { fieldValue, type FieldValue } from '../../shared/exchange/fieldValues';
import { isObject, textOf } from '../../shared/fhir/json';
import type { ColumnSource } from '../../shared/n8n/findings';
import { columnSource, isLeftEmpty, optionsOf } from '../../shared/n8n/parameters';
import { memberMatchForm } from '../form';
import type { ColumnUse } from './columnUse';
import type { RawValues } from './fieldTable';
import { ADDITIONAL_PATH } from './rosterReading';

/** Names of the parameters that are read by name when they are left empty. */
export type MemberColumn = keyof typeof MEMBER_COLUMNS;

/** The fields of the form for one item: what is entered, or the column of the item that bears the name of an empty field. */
export class RowFields {
	private readonly columns: Columns;
	/** What was read, by path. */
	private readonly fields = new Map<string, FieldValue>();

	/**
	 * @param use counts which columns are read, for the hint after the run
	 * @param columnElsewhere the column by which any other row has a field
	 */
	constructor(
		private readonly context: IExecuteFunctions,
		private readonly itemIndex: number,
		private readonly use: ColumnUse,
		private readonly columnElsewhere: (parameter: MemberColumn) => string | undefined,
	) {
		const { json } = context.getInputData()[itemIndex];
		const isRow = context.getNodeParameter('inputMode', itemIndex, 'fields') !== 'resources';
		this.columns = (isRow ? memberColumnsOf : columnsOf)(
			json,
			columnsNotToSend(optionsOf(context, itemIndex)),
		);
	}

	/** What a field holds. @throws ExchangeError if its expression cannot be evaluated */
	read(parameter: MemberColumn): FieldValue {
		return this.readField(parameter, labelOf(parameter), MEMBER_COLUMNS[parameter]);
	}

	/** The unvalidated value of a field, or a `ColumnProblem`. */
	value(parameter: MemberColumn): unknown {
		const { value, problem } = this.read(parameter);
		return problem ?? value;
	}

	/** The unvalidated value of a field by its path, e.g. `additionalFields.periodStart`; undefined if it was not added. */
	valueAt(path: string): unknown {
		const [name, ...inside] = path.split('.');
		if (isMemberColumn(path)) return this.read(path).value;
		const values = name === 'coverageToLink' ? this.coverageToLink() : this.collection('additionalFields');
		return values?.[inside.at(-1) ?? ''];
	}

	/** The column that a field was read from by its name; undefined if it is filled in, or was not read yet. */
	columnAt(path: string): string | undefined {
		return this.fields.get(path)?.column;
	}

	/** The values of a collection. Only the fields that were added are read. */
	collection(parameter: 'additionalFields' | 'hrexDetails'): RawValues {
		const names = parameter === 'additionalFields' ? ADDITIONAL_COLUMNS : {};
		return this.fieldsOf(parameter, names, labelOf(parameter));
	}

	/** The values of Coverage to Link; undefined if it was not added. */
	coverageToLink(): RawValues | undefined {
		const path = 'coverageToLink.coverage';
		return isObject(this.entered(path))
			? this.fieldsOf(path, LINK_COLUMNS, labelOf('coverageToLink'))
			: undefined;
	}

	/** The column that a field reads, for findings. */
	source(parameter: string): ColumnSource {
		const { column, value } = this.fields.get(parameter) ?? {};
		const isLeftOut =
			column === undefined && isMemberColumn(parameter) && isLeftEmpty(this.context, parameter);
		const elsewhere = isLeftOut ? this.columnElsewhere(parameter) : undefined;
		return {
			...columnSource(this.context, parameter, this.itemIndex, column ?? elsewhere ?? parameter),
			...(((column !== undefined && value !== undefined) || elsewhere !== undefined) && { isFound: true }),
		};
	}

	/** Whether no cell of the row holds anything. */
	isBlank(): boolean {
		return Object.values(this.context.getInputData()[this.itemIndex].json).every(isEmptyCell);
	}

	/** Whether there are other rows: a single item without columns may be there to start the node only. */
	isOneOfMany(): boolean {
		return this.context.getInputData().length > 1;
	}

	/** The column that names the row: that of the member ID; undefined if the row has none. */
	memberColumn(): string | undefined {
		const { column, columns } = this.source('memberId');
		return columns.find((each) => each === column);
	}

	private fieldsOf(path: string, columns: Record<string, ColumnField>, group: string): RawValues {
		const entered = this.entered(path);
		return Object.fromEntries(
			Object.keys(isObject(entered) ? entered : {}).map((name) => {
				const { value, problem } = this.readField(
					`${path}.${name}`,
					`${group}: ${labelOf(name)}`,
					columns[name] ?? ownName(name),
				);
				return [name, problem ?? value];
			}),
		);
	}

	private readField(path: string, label: string, columns: ColumnField): FieldValue {
		const known = this.fields.get(path);
		if (known) return known;
		const read = fieldValue(this.context, { path, label }, this.itemIndex, this.columns, columns);
		this.fields.set(path, read);
		const isEmpty = isEmptyCell(read.value);
		if (read.column !== undefined && !isEmpty) this.use.read(label, read.column);
		// Such a field was added in order to be sent.
		if (isEmpty && !read.problem && path.startsWith(ADDITIONAL_PATH)) this.use.wentWithout(label);
		return read;
	}

	/** Fields of a collection as they were added; their values are evaluated one by one, so that an error names its field. */
	private entered(path: string): unknown {
		return path
			.split('.')
			.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), this.context.getNode().parameters);
	}
}

/** The columns of the option Do Not Send: names divided by commas or lines. */
function columnsNotToSend({ doNotSend }: IDataObject): string[] {
	return (textOf(doNotSend) ?? '').split(/[,;\n]/).filter((name) => name.trim() !== '');
}

function isMemberColumn(path: string): path is MemberColumn {
	return Object.hasOwn(MEMBER_COLUMNS, path);
}

/** Labels of the fields by parameter name, those in collections too. */
const LABELS = labelsOf(memberMatchForm);
/** The labels in the order of the form. */
export const FORM_LABELS = memberMatchForm.map(({ displayName }) => displayName);

function labelsOf(form: readonly FormPart[]): Map<string, string> {
	return new Map(
		form.flatMap(
			(part): Array<[string, string]> => [
				...('options' in part ? labelsOf(part.options ?? []) : []),
				...('values' in part ? labelsOf(part.values) : []),
				[part.name, 'displayName' in part ? part.displayName : part.name],
			],
		),
	);
}

type FormPart = INodeProperties | INodePropertyOptions | INodePropertyCollection;

function labelOf(parameter: string): string {
	return LABELS.get(parameter) ?? parameter;
}

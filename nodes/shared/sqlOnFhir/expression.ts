import { tokensOf, type Token } from './tokens';
import type { Fail } from './viewError';

/** A FHIRPath expression as a tree. `of` is what stands before the point; without it, the element the path starts from. */
export type Expression =
	| { kind: 'literal'; value: Literal }
	| { kind: 'this' }
	| { kind: 'rowIndex' }
	| Member
	| Call
	| { kind: 'index'; of: Expression; index: Expression }
	| { kind: 'minus'; of: Expression }
	| Calculation
	| Condition;

/** Gives a number, or joins texts. */
export interface Calculation {
	kind: 'calculation';
	operator: keyof typeof CALCULATIONS;
	left: Expression;
	right: Expression;
}

/** Gives true, false or nothing. */
export interface Condition {
	kind: 'condition';
	operator: keyof typeof CONDITIONS;
	left: Expression;
	right: Expression;
}

/** A literal, or the value of a constant. A date or time is its text. */
export type Literal = string | number | boolean;

export interface Member {
	kind: 'member';
	of?: Expression;
	name: string;
}

export interface Call {
	kind: 'call';
	of?: Expression;
	name: string;
	args: Expression[];
}

/** The operators, and how tightly each binds (FHIRPath N1, operator precedence). */
const CONDITIONS = { or: 1, and: 2, '=': 3, '!=': 3, '<': 4, '>': 4, '<=': 4, '>=': 4 } as const;
const CALCULATIONS = { '+': 5, '-': 5, '*': 6, '/': 6 } as const;
const PRECEDENCE = { ...CONDITIONS, ...CALCULATIONS };

/** FHIRPath has them, its shareable subset has not. */
const OTHER_OPERATORS = new Set([
	...['xor', 'implies', 'in', 'contains', 'is', 'as', 'div', 'mod'],
	...['|', '&', '~', '!~'],
]);

/**
 * Parses a path of a view into its tree.
 *
 * @param constants the view's constants by name, whose values are put in
 * @throws ViewError where it is no expression of FHIRPath or one outside the shareable subset, or names a constant that is not there
 */
export function parsePath(path: string, constants: ReadonlyMap<string, Literal>, fail: Fail): Expression {
	return new Parser(tokensOf(path, fail), constants, fail).parse();
}

/** A Pratt parser. How deep it calls itself is bounded by the number of tokens. */
class Parser {
	private at = 0;

	constructor(
		private readonly tokens: Token[],
		private readonly constants: ReadonlyMap<string, Literal>,
		private readonly fail: Fail,
	) {}

	parse(): Expression {
		const expression = this.expression(0);
		if (this.token.kind !== 'end') throw this.unexpected();
		return expression;
	}

	private get token(): Token {
		return this.tokens[this.at];
	}

	/** Reads operands for as long as the operators between them bind more tightly than the one before. */
	private expression(binding: number): Expression {
		let left = this.operand();
		for (;;) {
			const operator = this.operator();
			if (operator === undefined || PRECEDENCE[operator] <= binding) return left;
			this.at += 1;
			const right = this.expression(PRECEDENCE[operator]);
			left = isCalculation(operator)
				? { kind: 'calculation', operator, left, right }
				: { kind: 'condition', operator, left, right };
		}
	}

	private operator(): Operator | undefined {
		const { kind, text } = this.token;
		if (kind !== 'name' && kind !== 'symbol') return undefined;
		if (OTHER_OPERATORS.has(text)) {
			throw this.fail(
				`the operator "${text}" is not in the shareable subset of FHIRPath; use ${Object.keys(PRECEDENCE).join(' ')}`,
			);
		}
		return isOperator(text) ? text : undefined;
	}

	private operand(): Expression {
		if (this.takes('+')) return this.operand();
		if (this.takes('-')) return { kind: 'minus', of: this.operand() };
		let operand = this.start();
		for (;;) {
			if (this.takes('.')) operand = this.memberOrCall(operand);
			else if (this.takes('[')) {
				operand = { kind: 'index', of: operand, index: this.expression(0) };
				this.need(']');
			} else return operand;
		}
	}

	private start(): Expression {
		const { kind, text } = this.token;
		if (this.takes('(')) {
			const inner = this.expression(0);
			this.need(')');
			return inner;
		}
		if (kind === 'name' && text !== '$this') {
			if (text !== 'true' && text !== 'false') return this.memberOrCall();
			this.at += 1;
			return { kind: 'literal', value: text === 'true' };
		}
		if (kind === 'quotedName') return this.memberOrCall();
		if (kind === 'symbol' || kind === 'end') throw this.unexpected();
		this.at += 1;
		if (kind === 'name') return { kind: 'this' };
		if (kind === 'constant') return this.constant(text);
		return { kind: 'literal', value: kind === 'number' ? Number(text) : text };
	}

	private constant(name: string): Expression {
		if (name === 'rowIndex') return { kind: 'rowIndex' };
		const value = this.constants.get(name);
		if (value === undefined)
			throw this.fail(`the view has no constant "${name}"; add it, or correct the name`);
		return { kind: 'literal', value };
	}

	/** @param of what stands before the point */
	private memberOrCall(of?: Expression): Expression {
		const { kind, text: name } = this.token;
		if ((kind !== 'name' && kind !== 'quotedName') || name.startsWith('$')) throw this.unexpected();
		this.at += 1;
		if (!this.takes('(')) return { kind: 'member', of, name };
		const args: Expression[] = [];
		if (this.takes(')')) return { kind: 'call', of, name, args };
		do args.push(this.expression(0));
		while (this.takes(','));
		this.need(')');
		return { kind: 'call', of, name, args };
	}

	private takes(symbol: string): boolean {
		const { kind, text } = this.token;
		const taken = kind === 'symbol' && text === symbol;
		if (taken) this.at += 1;
		return taken;
	}

	private need(symbol: string): void {
		if (!this.takes(symbol)) throw this.unexpected(`a "${symbol}" is missing before it`);
	}

	private unexpected(why = 'correct the path there') {
		const { kind, text } = this.token;
		return this.fail(
			kind === 'end'
				? 'the path ends too early; complete it'
				: `the path is no FHIRPath at "${text}" (part ${this.at + 1}): ${why}`,
		);
	}
}

type Operator = keyof typeof PRECEDENCE;

function isOperator(text: string): text is Operator {
	return Object.hasOwn(PRECEDENCE, text);
}

function isCalculation(operator: Operator): operator is keyof typeof CALCULATIONS {
	return Object.hasOwn(CALCULATIONS, operator);
}

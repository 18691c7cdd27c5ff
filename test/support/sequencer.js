const { default: Sequencer } = require('@jest/test-sequencer');

const FAST_FIRST = ['unit', 'nodes', 'conformance', 'e2e', 'browser'];

/** Runs the projects sequentially, the fast ones first. */
module.exports = class extends Sequencer {
	sort(tests) {
		const place = ({ context }) => FAST_FIRST.indexOf(context.config.displayName?.name);
		return [...super.sort(tests)].sort((one, other) => place(one) - place(other));
	}
};

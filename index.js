// n8n finds the nodes and credentials by the "n8n" section of package.json; there is nothing to import from here.
module.exports = {};

import { install } from './installation.js';

process.stderr.write(`Server of MongoDB's protocol: ${install()}.\n`);

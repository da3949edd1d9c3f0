import { answerCalls } from '../thread-calls.js';
import { LogReader } from './log-reader.js';

answerCalls((file) => new LogReader(file));

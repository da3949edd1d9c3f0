export { answersOf, readerOf, reportOf } from '#event-sourcing/testing';

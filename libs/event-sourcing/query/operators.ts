/** The query language of every store: what MongoDB and the embedded evaluation answer alike. */

const names = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

export const LOGICAL = names('$and $or $nor');

export const FILTERS = names(`
  $eq $ne $gt $gte $lt $lte $in $nin $not $exists $type $regex $options $mod $elemMatch $all $size`);

export const STAGES = names(`
  $match $group $sort $limit $skip $project $set $addFields $unset $unwind $count $bucket $bucketAuto $sortByCount
  $facet $replaceRoot $replaceWith $setWindowFields`);

export const ACCUMULATORS = names(`
  $sum $avg $min $max $first $last $firstN $lastN $minN $maxN $top $topN $bottom $bottomN $push $addToSet $count
  $mergeObjects $median $percentile $stdDevPop $stdDevSamp`);

/** Functions of $setWindowFields; accumulators are allowed there too. */
export const WINDOW = names('$rank $denseRank $documentNumber $shift $expMovingAvg $derivative $integral $linearFill $locf');

export const EXPRESSIONS = names(`
  $abs $add $ceil $divide $exp $floor $ln $log $log10 $mod $multiply $pow $round $sqrt $subtract $trunc
  $arrayElemAt $arrayToObject $concatArrays $filter $first $firstN $in $indexOfArray $isArray $last $lastN $map $maxN
  $minN $range $reduce $reverseArray $size $slice $sortArray $zip
  $and $or $not $eq $ne $gt $gte $lt $lte $cmp $cond $ifNull $switch $let $literal
  $dateAdd $dateDiff $dateFromParts $dateFromString $dateSubtract $dateToParts $dateToString $dateTrunc $dayOfMonth
  $dayOfWeek $dayOfYear $hour $isoDayOfWeek $isoWeek $millisecond $minute $month $second $year
  $getField $setField $unsetField $mergeObjects $objectToArray
  $allElementsTrue $anyElementTrue $setDifference $setEquals $setIntersection $setIsSubset $setUnion
  $concat $indexOfBytes $ltrim $regexFind $regexFindAll $regexMatch $replaceAll $replaceOne $rtrim $split $strLenBytes
  $strLenCP $strcasecmp $substrBytes $substrCP $toLower $toUpper $trim
  $convert $isNumber $toBool $toDate $toDouble $toInt $toLong $toString $type
  $sum $avg $min $max $stdDevPop $stdDevSamp $median $percentile`);

/** What is said on the telephone, in visits and in complaints. */
export interface Phrases {
  calls: readonly string[];
  visits: readonly string[];
  complaints: readonly string[];
  titles: readonly string[];
}

export const ENGLISH: Phrases = {
  calls: ['Asked for prices of the new season.', 'Wants a sample before deciding.', 'Called back as agreed; budget is being discussed.', 'Confirmed the delivery address.', 'Asked whether an order can be split over two dates.'],
  visits: ['Tasted the harvest together; wants it in all houses.', 'Met the buyer and the head chef.', 'Went through last year’s figures.', 'Showed the new set; liked the packaging.'],
  complaints: ['Three boxes arrived damaged.', 'Delivery was a week late, for the second time.', 'The invoice does not match the order.', 'Nobody answered two e-mails.'],
  titles: ['Tea for three houses', 'Gifts for the end of the year', 'Change of supplier', 'First order of the season'],
};

export const CHINESE: Phrases = {
  calls: ['询问新季产品价格。', '希望先收到样品再决定。', '按约定回电，预算正在讨论。', '确认了收货地址。', '询问订单能否分两次发货。'],
  visits: ['一起品尝了新茶，希望所有门店都用。', '见到了采购经理和主厨。', '回顾了去年的数据。', '展示了新款茶具，对包装很满意。'],
  complaints: ['有三箱到货时破损。', '第二次延迟一周到货。', '发票与订单不符。', '两封邮件都没有人回复。'],
  titles: ['三家门店用茶', '年终礼品', '更换供应商', '本季首单'],
};
